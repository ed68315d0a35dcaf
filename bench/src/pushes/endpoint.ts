import { createServer } from 'node:https'
import { answerJobs } from '../frame/load-process.ts'

/** Be a push service that takes everything; the answer is its port. */
export type EndpointJob = { cert: string; key: string }

answerJobs(
  ({ cert, key }: EndpointJob) =>
    new Promise<number>((resolve) => {
      const server = createServer({ cert, key }, (request, response) => {
        request.resume()
        response.writeHead(201, { 'content-length': '0' }).end()
      })
      server.keepAliveTimeout = 60_000
      server.listen(0, () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    }),
)
