import type { Registry } from 'prom-client'
import type { InternalRoute } from './internal-route.ts'

/** Why a service cannot do its work right now, e.g. `{ nats: 'not connected' }`; empty when ready. */
export type NotReady = Record<string, string>

/** A service as the launcher, `main.ts` and tests see it. Nothing is opened before `start`. */
export type App = {
  name: string
  /** Opens connections and listeners; resolves when the service does its work. */
  start(): Promise<void>
  /** Finishes what is under way and closes everything; safe to call twice and after a failed start. */
  stop(): Promise<void>
  notReady(): NotReady
  metrics: Registry
  /** What it offers on the internal listener besides metrics and probes. */
  internalRoutes?: readonly InternalRoute[]
}
