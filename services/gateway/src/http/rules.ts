import { type RouteRule, routeRules } from '@kez-chat/contracts'
import type { FastifyInstance, RouteOptions } from 'fastify'

/** A route is about to exist that nobody decided on. */
export class RouteWithoutRule extends Error {
  override readonly name = 'RouteWithoutRule'
}

type Hook = NonNullable<RouteOptions['preValidation']>

/** What enforces a rule on one route. Rules that need nothing are left out. */
export type Guards = { [K in Exclude<RouteRule, 'anyone' | 'internal'>]: (routeId: string) => Hook }

const rules: Readonly<Record<string, RouteRule>> = routeRules

/**
 * Deny by default: every route must have a rule in `routeRules`, and its guard is put in front of whatever the route does.
 * Returns the routes that were registered, as `METHOD /pattern`.
 * @throws {RouteWithoutRule} while routes are being registered, so the server does not start
 */
export const enforceRules = (app: FastifyInstance, guards: Guards): ReadonlySet<string> => {
  const registered = new Set<string>()
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      // HEAD is the GET without its body, and is guarded as such.
      const id = `${method === 'HEAD' ? 'GET' : method} ${route.url}`
      const rule = rules[id]
      if (rule === undefined || rule === 'internal')
        throw new RouteWithoutRule(`the route ${id} has no rule in routeRules (libs/contracts/src/routes.ts)`)
      registered.add(id)
      if (rule === 'anyone') continue
      const others = [route.preValidation ?? []].flat()
      route.preValidation = [guards[rule](id), ...others].flat()
    }
  })
  return registered
}
