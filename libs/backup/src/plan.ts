import { bucketName, inboxStreamName, streamName } from '@kez-chat/contracts'

/** Which of the services' NATS users may make a stream and write into it. */
export type Owner = 'registry' | 'gateway' | 'relay-bridge'

export type PlannedStream = { readonly name: string; readonly owner: Owner }

const bucket = (name: string): string => `KV_${name}`

/**
 * What a backup takes, in this order, so that what refers to something else comes before what it refers to and a copy
 * taken later has at least all that an earlier one speaks of: a relay's cursor never passes an event that is not in an
 * inbox; an inbox belongs to somebody whose registration is in `IDENTITY`; a handle is bound anew only after the chain says so.
 */
export const plannedStreams = (inboxStreams: number): readonly PlannedStream[] => [
  { name: bucket(bucketName.relayCursors), owner: 'relay-bridge' },
  { name: streamName.relayLists, owner: 'relay-bridge' },
  { name: streamName.relayMail, owner: 'relay-bridge' },
  ...Array.from({ length: inboxStreams }, (_, index) => ({ name: inboxStreamName(index), owner: 'gateway' as const })),
  { name: streamName.identity, owner: 'registry' },
  { name: streamName.chains, owner: 'registry' },
]

/** What is not worth keeping, since it is made anew or means nothing elsewhere. */
const madeAnew: Readonly<Record<string, string>> = {
  [bucket(bucketName.directory)]: 'made anew from IDENTITY and CHAINS',
  [bucket(bucketName.proofChecks)]: 'looked for again',
  [bucket(bucketName.usedSignatures)]: 'forgotten after minutes',
  [bucket(bucketName.inboxReads)]: 'about sequences of this server; forgotten after 25 hours',
  [streamName.deadLetters]: 'about sequences of this server',
  [bucket(bucketName.relayLeases)]: 'about processes of this server',
  [bucket(bucketName.relayStates)]: 'forgotten after 10 minutes',
}

const databaseMadeAnew = ['registry', 'sigchains', 'event_archive'].map((schema) => ({
  name: `postgres:${schema}`,
  why: 'made anew from IDENTITY and CHAINS',
}))

/** What of a server's streams a backup leaves out, with the reason. */
export const leftOutOf = (names: readonly string[], inboxStreams: number): { name: string; why: string }[] => {
  const taken = new Set(plannedStreams(inboxStreams).map(({ name }) => name))
  const streams = names
    .filter((name) => !taken.has(name))
    .map((name) => ({ name, why: madeAnew[name] ?? 'not a stream of kez-chat' }))
  return [...streams, ...databaseMadeAnew]
}

/** The schema of Postgres with what is in no stream: devices that want to be woken, and those that were removed. */
export const databaseSchema = 'push'
