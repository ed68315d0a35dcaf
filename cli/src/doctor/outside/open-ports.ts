import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import type { DoctorCheck } from '@kez-chat/contracts'
import { z } from 'zod'
import { ask, jsonOf } from '../ask.ts'
import { fail, ok, skipped, warn } from '../check.ts'
import { isLoopback, knock } from './address.ts'

const id = 'internal.ports'
/** Closed ports that firewalls swallow are waited for no longer. */
const within = 3_000

export type Ports = { readonly internal: number; readonly monitor: number; readonly postgres: number }

const usual: Ports = { internal: 6970, monitor: 8222, postgres: 5432 }

const NatsMonitor = z.object({ server_id: z.string() })
const Live = z.object({ status: z.literal('ok') })

const answersLike = async (host: string, port: number, path: string, shape: z.ZodType): Promise<boolean> => {
  const name = host.includes(':') ? `[${host}]` : host
  try {
    const answer = await ask({ url: new URL(`http://${name}:${port}`), ca: undefined }, path, { within })
    return shape.safeParse(jsonOf(answer)).success
  } catch {
    return false
  }
}

const isOpen = (host: string, port: number): Promise<boolean> =>
  knock(host, port, within).then(
    () => true,
    () => false,
  )

const isOurs = (address: string): boolean =>
  Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address))

/** What of the inside can be had by its own port at one address. */
export const openPortsAt = async (address: string, ports: Ports = usual): Promise<string[]> => {
  const [internal, monitor, postgres] = await Promise.all([
    answersLike(address, ports.internal, '/livez', Live),
    answersLike(address, ports.monitor, '/varz', NatsMonitor),
    isOpen(address, ports.postgres),
  ])
  return [
    ...(internal ? [`the internal listener (port ${ports.internal})`] : []),
    ...(monitor ? [`the monitor of NATS (port ${ports.monitor})`] : []),
    ...(postgres ? [`Postgres (port ${ports.postgres})`] : []),
  ]
}

/** Ports of the inside are closed to the world. */
export const lookForOpenPorts = async (host: string): Promise<DoctorCheck[]> => {
  if (isLoopback(host)) return [skipped(id, 'On this machine alone they may be open.')]
  const { address } = await lookup(host)
  const open = await openPortsAt(address)
  if (open.length === 0)
    return [ok(id, 'The internal listener, the monitor of NATS and Postgres take nothing from here.')]
  const cure =
    'Bind them to 127.0.0.1 (KEZ_INTERNAL_BIND, "http:" in nats.conf, listen_addresses of Postgres), publish no port of theirs from containers, and let the firewall through to 80 and 443 alone.'
  const what = `Open at ${address}: ${open.join(', ')}.`
  return [
    isOurs(address)
      ? warn(
          id,
          `${what} This is the server itself: whether a firewall keeps others out, only another machine can tell.`,
          cure,
        )
      : fail(id, `${what} Anybody can have what is meant for operators.`, cure),
  ]
}
