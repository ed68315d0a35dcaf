import type { SpanAttributes } from './attributes.ts'
import { destinationOf } from './destinations.ts'
import type { Step } from './spans.ts'

const types = {
  publish: ['send', 'producer'],
  request: ['send', 'client'],
  deliver: ['process', 'consumer'],
  process: ['process', 'consumer'],
  answer: ['process', 'server'],
  project: ['process', 'consumer'],
  receive: ['receive', 'consumer'],
} as const

type MessagingStep = Step & { attributes: SpanAttributes }

const stepFor =
  (operation: keyof typeof types) =>
  /** @param subject or a stream; the step names its template alone */
  (subject: string, system: 'nats' | 'nostr' = 'nats'): MessagingStep => {
    const destination = destinationOf(subject)
    const [type, kind] = types[operation]
    return {
      name: `${operation} ${destination}`,
      kind,
      attributes: {
        'messaging.system': system,
        'messaging.operation.name': operation,
        'messaging.operation.type': type,
        'messaging.destination.name': destination,
      },
    }
  }

/** Steps by OpenTelemetry's conventions for messaging. */
export const published = stepFor('publish')
export const requested = stepFor('request')
export const answered = stepFor('answer')
export const delivered = stepFor('deliver')
export const processed = stepFor('process')
export const projected = stepFor('project')
export const received = stepFor('receive')
