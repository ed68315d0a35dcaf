import fastifySwagger from '@fastify/swagger'
import { type RouteRule, routeRules } from '@kez-chat/contracts'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { HttpApp } from '../http/server.ts'
import { pageHeaders } from '../web/csp.ts'
import { docsPage, docsStyle } from './docs-page.ts'

const rules: Readonly<Record<string, RouteRule>> = routeRules

/** Signed routes say so in the description as well. */
const securityOf = (url: string, method: unknown): { security?: Record<string, string[]>[] } => {
  const rule = rules[`${typeof method === 'string' ? method : 'GET'} ${url}`]
  return rule === 'owner-reads' || rule === 'owner-changes' ? { security: [{ signature: [] }] } : {}
}

/** Has to be called before the routes it describes. */
export const describeRoutes = (app: HttpApp, version: string) => {
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'kez-chat home server',
        version,
        description:
          'Names, inboxes and live delivery of sealed messages. Errors are RFC 9457 problem documents with a stable `code`.',
        license: { name: 'MIT OR Apache-2.0', identifier: 'MIT OR Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'X-KEZ-Auth',
            description: '`<unix seconds>:<signature hex>`, Ed25519 by the primary of the handle, at most 60 s old',
          },
        },
      },
    },
    transform: (route) => {
      const described = jsonSchemaTransform(route)
      return { ...described, schema: { ...described.schema, ...securityOf(route.url, route.route.method) } }
    },
  })
}

export const openapiRoutes = (app: HttpApp) => {
  const headers = pageHeaders(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )

  app.get('/openapi.json', { schema: { hide: true } }, async (_, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(app.swagger())),
  )
  app.get('/docs', { schema: { hide: true } }, async (_, reply) =>
    reply
      .headers(headers)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(docsPage(app.swagger())),
  )
  app.get('/docs/style.css', { schema: { hide: true } }, async (_, reply) =>
    reply.headers(headers).header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(docsStyle),
  )
}
