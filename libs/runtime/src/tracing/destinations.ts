import { commandSubject } from '@kez-chat/contracts'

/** Subjects as traces name them: whose they are is left out. */
const templates: readonly (readonly [RegExp, string])[] = [
  [/^kez\.inbox\./, 'kez.inbox.{person}'],
  [/^kez\.send\./, 'kez.send.{person}'],
  [/^kez\.consumer\./, 'kez.consumer.{person}'],
  [/^identity\.handle\./, 'identity.handle.{handle}'],
  [/^identity\.primary\./, 'identity.primary.{key}'],
  [/^chain\./, 'chain.{key}'],
]

const plain: ReadonlySet<string> = new Set([
  ...Object.values(commandSubject),
  'IDENTITY',
  'CHAINS',
  'relay',
  'home relay',
])

/** What a trace calls a subject, a stream, or `relay` and `home relay`; never says whose it is. */
export const destinationOf = (subject: string): string =>
  plain.has(subject) ? subject : (templates.find(([form]) => form.test(subject))?.[1] ?? 'other')

const destinations: ReadonlySet<string> = new Set([...plain, ...templates.map(([, name]) => name), 'other'])

export const isDestination = (text: string): boolean => destinations.has(text)
