const maxBytes = 4 * 1024 * 1024

/** JSON from a listener of the server's own, within limits. @throws where there is none */
export const readJson = async (url: string, within = 10_000): Promise<unknown> => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(within) })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    size += part.length
    if (size > maxBytes) throw new Error('it answers more than belongs there')
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

/** Why `fetch` failed: the cause has it. */
export const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? error.cause : error
