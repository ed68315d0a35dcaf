import { stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import { DomainError, WebManifest, webManifestPath } from '@kez-chat/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isApi } from '../http/cors.ts'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import { contentSecurityPolicy, pageHeaders } from './csp.ts'
import { placeholderPage } from './placeholder.ts'

export type WebOptions = { webDir: string; cspConnect: readonly string[] }

/** Vite puts a hash of the content into these names, so they never change. */
const hashedAsset = /^assets\/.+-[\w-]{8,}\.\w+$/
const year = 31_536_000

/** A page that a person opens, as opposed to a file that a page asks for. */
const isNavigation = (request: FastifyRequest, path: string): boolean =>
  !/\.\w+$/.test(path) &&
  (request.headers.accept ?? '*/*').split(',').some((type) => /^\s*(text\/html|\*\/\*)/.test(type))

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

export const webRoutes = (app: HttpApp, { webDir, cspConnect }: WebOptions) => {
  const root = resolve(webDir)
  const headers = pageHeaders(contentSecurityPolicy(cspConnect))

  app.register(fastifyStatic, { root, serve: false, cacheControl: false, preCompressed: true, dotfiles: 'ignore' })

  const send = (reply: FastifyReply, path: string): FastifyReply =>
    reply
      .headers(headers)
      .header('cache-control', hashedAsset.test(path) ? `public, max-age=${year}, immutable` : 'no-cache')
      .sendFile(path)

  app.get(
    webManifestPath,
    {
      schema: {
        summary: 'What is served as the web app: every file with its size and hash',
        tags: ['server'],
        response: {
          200: { description: 'The list', content: { 'application/json': { schema: WebManifest } } },
          ...problems('not_found'),
        },
      },
    },
    async (_, reply) => {
      if (!(await isFile(join(root, webManifestPath))))
        throw new DomainError('not_found', 'the web app served here has no list of its files')
      return reply.header('cache-control', 'no-cache').sendFile(webManifestPath.slice(1), { dotfiles: 'allow' })
    },
  )

  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    if (isApi(request.url)) return reply.callNotFound()
    const path = decoded(request)
    const full = join(root, path)
    const inside = full.startsWith(root + sep) && !/\0|(^|\/)\./.test(path)
    if (inside && (await isFile(full))) return send(reply, path)
    if (!isNavigation(request, path)) throw new DomainError('not_found', 'there is nothing at this address')
    if (await isFile(join(root, 'index.html'))) return send(reply, 'index.html')
    return reply
      .headers(headers)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(placeholderPage)
  })
}

const decoded = ({ params }: FastifyRequest): string =>
  typeof params === 'object' && params !== null && '*' in params && typeof params['*'] === 'string' ? params['*'] : ''
