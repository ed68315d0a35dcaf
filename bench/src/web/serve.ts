import { createServer, type RequestListener } from 'node:http'

/** Answers on an address that browsers hold for secure. */
export const serve = async (answer: RequestListener): Promise<{ url: string; stop: () => void }> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://localhost:${port}/`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
