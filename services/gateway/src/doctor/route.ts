import {
  commandSubject,
  type DoctorCheck,
  DoctorReport,
  DoctorRequest,
  DomainError,
  errorStatus,
  PushDoctorReport,
  type PushFinding,
  problem,
} from '@kez-chat/contracts'
import {
  type InternalAnswer,
  type InternalRoute,
  type NatsConnection,
  type NotReady,
  requestCommand,
} from '@kez-chat/runtime'

const answersWithin = 20_000

const json = (status: number, value: unknown, type = 'application/json'): InternalAnswer => ({
  status,
  type,
  body: `${JSON.stringify(value)}\n`,
})

const bodyIn = (body: Uint8Array): { probe: boolean } => {
  try {
    return DoctorRequest.parse(JSON.parse(new TextDecoder().decode(body) || '{}'))
  } catch (cause) {
    throw new DomainError('malformed', 'say {"probe": false}, or nothing', { cause })
  }
}

const levels = { ok: 'ok', warning: 'warn', problem: 'fail' } as const satisfies Record<
  PushFinding['level'],
  DoctorCheck['status']
>

/** What a finding is about, as a stable id, and what helps besides what it says itself. */
const aboutPush: Readonly<Record<string, { readonly id: string; readonly cure: string }>> = {
  contact: { id: 'push.contact', cure: 'Set KEZ_VAPID_SUBJECT (docs/push.md).' },
  keys: { id: 'push.keys', cure: 'Put the file of KEZ_VAPID_KEYS_FILE back from the backup, and restart push.' },
  backlog: {
    id: 'push.backlog',
    cure: 'See that the server may connect out to the push services (https), and what "kez admin doctor push" says of each.',
  },
  'inbox streams': { id: 'push.inboxes', cure: 'See that NATS is well (nats.*), and read the log of push.' },
  tables: { id: 'push.migrations', cure: 'Restart push, which runs them as it starts.' },
}
const pushService = {
  id: 'push.service',
  cure: 'See that the server may connect out to it (https), that its clock is right, and docs/push.md for the word.',
}

const asCheck = ({ level: said, about, detail, cure: own }: PushFinding, server: string): DoctorCheck => {
  const known = aboutPush[about]
  // On one machine for a try there is no public name, and the browsers there can do without.
  const level = said === 'problem' && about === 'contact' && server === 'localhost' ? 'warning' : said
  const { id, cure } = known ?? pushService
  const message = known ? detail : `${about}: ${detail}`
  return { id, status: levels[level], message, ...(level === 'ok' ? {} : { cure: own ?? cure }) }
}

const silent = (name: string, error: unknown): DoctorCheck => ({
  id: `${name}.reachable`,
  status: 'fail',
  message: `The service ${name} does not answer${error instanceof DomainError && error.code !== 'unavailable' ? `: ${error.message}` : ''}.`,
  cure: `Start it, and read its log ("docker compose ps", "docker compose logs ${name}").`,
})

export type DoctorRouteOptions = {
  readonly nc: NatsConnection
  readonly server: string
  readonly notReady: () => NotReady
}

/** `POST /internal/doctor` for operators: what the gateway, the registry and push find out about themselves. */
export const doctorRoute = ({ nc, server, notReady }: DoctorRouteOptions): InternalRoute => {
  const aboutGateway = (): DoctorCheck => {
    const why = Object.entries(notReady()).map(([what, reason]) => `${what}: ${reason}`)
    return why.length === 0
      ? {
          id: 'gateway.ready',
          status: 'ok',
          message: 'The gateway is connected, and its copy of the directory is whole.',
        }
      : {
          id: 'gateway.ready',
          status: 'fail',
          message: `The gateway is not ready (${why.join('; ')}).`,
          cure: 'See that NATS and the registry run ("docker compose ps"), and read the log of the gateway.',
        }
  }

  const aboutRegistry = async (): Promise<readonly DoctorCheck[]> => {
    try {
      return (await requestCommand(nc, commandSubject.registryDoctor, {}, DoctorReport, answersWithin)).checks
    } catch (error) {
      return [silent('registry', error)]
    }
  }

  const aboutPushes = async (probe: boolean): Promise<readonly DoctorCheck[]> => {
    try {
      const { findings } = await requestCommand(
        nc,
        commandSubject.pushDoctor,
        { probe },
        PushDoctorReport,
        answersWithin,
      )
      return findings.map((finding) => asCheck(finding, server))
    } catch (error) {
      return [silent('push', error)]
    }
  }

  return {
    method: 'POST',
    path: '/internal/doctor',
    maxBytes: 1_024,
    handle: async ({ body }) => {
      try {
        const { probe } = bodyIn(body)
        const [registry, push] = await Promise.all([aboutRegistry(), aboutPushes(probe)])
        return json(200, { checks: [aboutGateway(), ...registry, ...push] })
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        return json(errorStatus[error.code], problem(error.code, error.message), 'application/problem+json')
      }
    },
  }
}
