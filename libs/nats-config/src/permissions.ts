import {
  bucketName,
  commandSubject,
  type DeadLetterReaction,
  deadLetterSubject,
  inboxBuckets,
  inboxStreamName,
  relayLive,
  relayStored,
  relaySubject,
  streamName,
} from '@kez-chat/contracts'

/** What one NATS user may publish and subscribe to; everything else is refused. */
export type Permissions = { publish: readonly string[]; subscribe: readonly string[] }

/**
 * The static users of the server: four services; the auth responder three times, since it answers in `AUTH`, reads who is
 * who in `APP` and ends connections by way of `SYS`; the operator's commands and backups; and their view of the system account.
 */
export const natsUsers = [
  'registry',
  'gateway',
  'relay-bridge',
  'push',
  'auth',
  'auth-reader',
  'auth-kick',
  'admin',
  'backup',
  'sys',
] as const
export type NatsUser = (typeof natsUsers)[number]

/** One value of each static user, e.g. its key. */
export const ofEachNatsUser = <T>(take: (user: NatsUser) => T): Record<NatsUser, T> => ({
  registry: take('registry'),
  gateway: take('gateway'),
  'relay-bridge': take('relay-bridge'),
  push: take('push'),
  auth: take('auth'),
  'auth-reader': take('auth-reader'),
  'auth-kick': take('auth-kick'),
  admin: take('admin'),
  backup: take('backup'),
  sys: take('sys'),
})

/** Users that live in the account `APP`. */
export type AppUser = Exclude<NatsUser, 'auth' | 'auth-kick' | 'sys'>

const createStream = (stream: string): string[] => [`$JS.API.STREAM.CREATE.${stream}`]

const readStream = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
]

const consumeStream = (stream: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
]

/** One durable consumer, named for who follows it, and nothing of the stream beside it. */
const followStream = (stream: string, durable: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${durable}.>`,
  nextSubject(stream, durable),
]

/** How a stream is set, what it holds in numbers, and who reads it; never what is in it. */
const inspectStream = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.CONSUMER.LIST.${stream}`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
]

const bucketStream = (bucket: string): string => `KV_${bucket}`

const ownInbox = (user: AppUser): string => `_INBOX_${user}.>`

/** To put dead letters of these reactions, and to deal with them for the operator. */
const givingUp = (...reactions: DeadLetterReaction[]): string[] => [
  ...reactions.map((reaction) => deadLetterSubject({ reaction, stream: '*', seq: '*' })),
  `$JS.API.STREAM.INFO.${streamName.deadLetters}`,
  `$JS.API.STREAM.MSG.GET.${streamName.deadLetters}`,
  `$JS.API.STREAM.PURGE.${streamName.deadLetters}`,
]

/** What the home relay needs: the bridge's end of the tunnel to gateways, and streams of its own. */
const homeRelay: Permissions = {
  publish: [
    relaySubject.down('*', '*'),
    relaySubject.alive('bridge', '*'),
    relayStored.mail('*', '*', '*'),
    relayStored.list('*', '*'),
    relayStored.gone('*', '*'),
    relayStored.vanished('*'),
    ...[streamName.relayMail, streamName.relayLists].flatMap((stream) => [
      ...createStream(stream),
      ...readStream(stream),
      `$JS.API.STREAM.PURGE.${stream}`,
    ]),
  ],
  subscribe: [
    relaySubject.open,
    relaySubject.up('*', '*'),
    relaySubject.alive('gateway', '*'),
    relayLive.mail('*'),
    relayLive.list('*'),
  ],
}

/**
 * Least privilege for each service in `APP` (architecture §5). `inboxStreams` is how many `INBOX_<n>` there are,
 * because NATS wildcards match whole tokens only, so every stream is named.
 */
export const appPermissions = (inboxStreams: number): Record<AppUser, Permissions> => {
  const inboxes = Array.from({ length: inboxStreams }, (_, index) => inboxStreamName(index))
  const inboxSubjects = Array.from({ length: inboxBuckets }, (_, bucket) => `kez.inbox.*.p${bucket}`)
  const directory = bucketStream(bucketName.directory)
  const proofChecks = bucketStream(bucketName.proofChecks)
  const usedSignatures = bucketStream(bucketName.usedSignatures)
  const relayStates = bucketStream(bucketName.relayStates)
  const backedUp = Object.values(streamName).filter((stream) => stream !== streamName.deadLetters)
  const ofRelays = [bucketName.relayLeases, bucketName.relayCursors, bucketName.relayStates]
  const inboxReads = bucketStream(bucketName.inboxReads)
  return {
    registry: {
      publish: [
        'identity.handle.*',
        'identity.primary.*',
        'chain.*.*',
        commandSubject.pushDrop,
        ...givingUp('directory', 'settlement'),
        ...createStream(streamName.deadLetters),
        `$KV.${bucketName.directory}.>`,
        `$KV.${bucketName.proofChecks}.>`,
        ...[streamName.identity, streamName.chains, directory, proofChecks].flatMap((stream) => [
          ...createStream(stream),
          ...readStream(stream),
        ]),
        ...consumeStream(streamName.identity),
        ...consumeStream(streamName.chains),
      ],
      subscribe: ['kez.registry.v1.*', ownInbox('registry')],
    },
    gateway: {
      publish: [
        'kez.registry.v1.*',
        'kez.push.v1.*',
        relaySubject.open,
        relaySubject.up('*', '*'),
        relaySubject.alive('gateway', '*'),
        ...inboxSubjects,
        `$KV.${bucketName.usedSignatures}.>`,
        ...readStream(directory),
        ...consumeStream(directory),
        ...readStream(streamName.chains),
        ...readStream(proofChecks),
        ...createStream(usedSignatures),
        ...readStream(usedSignatures),
        ...readStream(relayStates),
        `$KV.${bucketName.inboxReads}.>`,
        ...createStream(inboxReads),
        `$JS.API.STREAM.INFO.${inboxReads}`,
        ...inboxes.flatMap((stream) => [
          ...createStream(stream),
          ...readStream(stream),
          ...consumeStream(stream),
          `$JS.API.STREAM.PURGE.${stream}`,
        ]),
      ],
      subscribe: [
        'kez.inbox.*.live',
        'kez.send.*',
        'kez.consumer.*',
        relaySubject.down('*', '*'),
        relaySubject.alive('bridge', '*'),
        ...inboxes.map((stream) => acknowledged(stream)),
        ownInbox('gateway'),
      ],
    },
    'relay-bridge': {
      publish: [
        ...inboxSubjects,
        ...ofRelays.map((bucket) => `$KV.${bucket}.*`),
        ...readStream(directory),
        ...consumeStream(directory),
        ...ofRelays.map(bucketStream).flatMap((stream) => [...createStream(stream), ...readStream(stream)]),
        // How full a mailbox is: its counts, and the sizes of its messages.
        ...inboxes.flatMap((stream) => [`$JS.API.STREAM.INFO.${stream}`, ...consumeStream(stream)]),
        ...homeRelay.publish,
      ],
      subscribe: [...homeRelay.subscribe, ownInbox('relay-bridge')],
    },
    push: {
      publish: [
        ...inboxes.flatMap((stream) => [...followStream(stream, 'push'), `$JS.API.STREAM.MSG.GET.${stream}`]),
        `$JS.API.STREAM.MSG.GET.${inboxReads}`,
        ...givingUp('push'),
      ],
      subscribe: ['kez.push.v1.*', ownInbox('push')],
    },
    // Whoever runs `kez admin`: sees and mends how streams are set. It makes and empties none, and reads dead letters alone.
    admin: {
      publish: [
        '$JS.API.STREAM.NAMES',
        `$JS.API.STREAM.MSG.GET.${streamName.deadLetters}`,
        commandSubject.registryDeadLetter,
        commandSubject.pushDeadLetter,
        ...[...Object.values(streamName), ...Object.values(bucketName).map(bucketStream), ...inboxes].flatMap(
          (stream) => [...inspectStream(stream), `$JS.API.STREAM.UPDATE.${stream}`],
        ),
      ],
      subscribe: [ownInbox('admin')],
    },
    // Whoever runs `kez admin backup`: reads what a backup holds and writes nothing.
    backup: {
      publish: [
        '$JS.API.STREAM.NAMES',
        ...[bucketStream(bucketName.relayCursors), ...backedUp, ...inboxes].flatMap((stream) => [
          ...readStream(stream),
          ...consumeStream(stream),
        ]),
      ],
      subscribe: [ownInbox('backup')],
    },
    'auth-reader': {
      publish: [directory, streamName.chains].flatMap((stream) => [...readStream(stream), ...consumeStream(stream)]),
      subscribe: [ownInbox('auth-reader')],
    },
  }
}

/** The auth responder sees login requests and nothing else; answering one is what every user may do. */
export const authPermissions: Permissions = { publish: [], subscribe: ['$SYS.REQ.USER.AUTH'] }

/** Looks for the connections of somebody whose identity has ended, and ends them. */
export const authKickPermissions: Permissions = {
  publish: ['$SYS.REQ.SERVER.PING.CONNZ', '$SYS.REQ.SERVER.*.KICK'],
  subscribe: ['_INBOX_auth-kick.>'],
}

/** The system user watches and asks, and touches no data. */
export const sysPermissions: Permissions = {
  publish: ['$SYS.REQ.>', '_INBOX_sys.>'],
  subscribe: ['$SYS.>', '_INBOX_sys.>'],
}

/** Where the next messages of a pull consumer are asked for. */
export const nextSubject = (stream: string, consumer: string): string =>
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`

/**
 * Where messages of a consumer are acknowledged, in both forms that servers use: with domain and account in front from
 * 2.14 on if so configured, without else. Every token is counted, because a server tells the forms apart by nothing else: with `>` at
 * the end, or one token less, the second would also reach `$JS.ACK.<any stream>.<any consumer>` of the first.
 */
export const ackSubjects = (stream: string, consumer: string): string[] => [
  `$JS.ACK.${stream}.${consumer}.*.*.*.*.*`,
  `$JS.ACK.*.*.${stream}.${consumer}.*.*.*.*.*`,
]

/** Where the server tells of messages that consumers which ask for it have acknowledged. */
export const acknowledged = (stream: string): string => `$JS.EVENT.METRIC.CONSUMER.ACK.${stream}.*`

/** What `APP` offers to people's connections in `PEOPLE` (architecture §5), and nothing more. */
export const peopleExports = (
  inboxStreams: number,
): { services: { subject: string; stream: boolean }[]; streams: string[] } => ({
  services: [
    { subject: 'kez.send.*', stream: false },
    { subject: 'kez.consumer.*', stream: false },
    ...Array.from({ length: inboxStreams }, (_, index) => inboxStreamName(index)).flatMap((stream) => [
      { subject: nextSubject(stream, '*'), stream: true },
      ...ackSubjects(stream, '*').map((subject) => ({ subject, stream: false })),
    ]),
  ],
  streams: ['kez.inbox.*.live'],
})
