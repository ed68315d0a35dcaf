/** How long `work` took, and the longest time that the page could do nothing else meanwhile; milliseconds. */
export const measure = async (work: () => Promise<unknown>): Promise<{ took: number; blocked: number }> => {
  const { port1, port2 } = new MessageChannel()
  let [last, blocked, running] = [performance.now(), 0, true]
  port1.onmessage = () => {
    const now = performance.now()
    blocked = Math.max(blocked, now - last)
    last = now
    if (running) setTimeout(() => port2.postMessage(undefined))
  }
  const begun = performance.now()
  port2.postMessage(undefined)
  await work()
  const ended = performance.now()
  running = false
  port1.close()
  return { took: ended - begun, blocked: Math.max(blocked, ended - last) }
}
