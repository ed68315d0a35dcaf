import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { App } from '../app.ts'

let own: Registry | undefined

/** What Node tells of this process: memory, CPU, files, the lag of its event loop. */
export const processMetrics = (): Registry => {
  if (!own) {
    own = new Registry()
    collectDefaultMetrics({ register: own })
  }
  return own
}

/** Whether each of these services can do its work, as `/readyz` says it. */
export const readyMetrics = (apps: readonly App[]): Registry => {
  const registry = new Registry()
  new Gauge({
    name: 'kez_service_ready',
    help: '1 when the service can do its work, as /readyz says; 0 while it cannot',
    labelNames: ['service'],
    registers: [registry],
    collect() {
      for (const app of apps) this.set({ service: app.name }, Object.keys(app.notReady()).length === 0 ? 1 : 0)
    },
  })
  return registry
}
