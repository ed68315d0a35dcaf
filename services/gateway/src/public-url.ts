/** Origin under which people reach a server of that name: https, and plain http only on this machine. */
export const publicUrl = (server: string, port: number): string => {
  if (server === 'localhost') return `http://localhost:${port}`
  return `${server.startsWith('localhost:') ? 'http' : 'https'}://${server}`
}
