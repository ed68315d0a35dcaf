import {
  AppendChainCommand,
  BindTransportCommand,
  bucketName,
  CheckInviteCommand,
  CheckProofsCommand,
  commandSubject,
  DeadLetterCommand,
  IssueInviteCommand,
  ListInvitesCommand,
  RegisterCommand,
  RevokeInviteCommand,
  SetProofsCommand,
  streamName,
} from '@kez-chat/contracts'
import { createDeadLetterDesk, type JetStream, openBucket, openJetStream, type Reaction } from '@kez-chat/eventlog'
import type { Database, RunningProjection } from '@kez-chat/eventlog/postgres'
import {
  type App,
  type CommandServer,
  connectNats,
  createLog,
  createServiceMetrics,
  type InternalRoute,
  type Log,
  type NotReady,
  readSeedFile,
  readSharedSecret,
  serveCommand,
} from '@kez-chat/runtime'
import packageJson from '../package.json' with { type: 'json' }
import { createAppendChain } from './chains/append.ts'
import { chainsProjection } from './chains/projection.ts'
import type { ChainTables } from './chains/tables.ts'
import { proofSettingsOf, type RegistryConfig, type RegistrySecrets, scaleOf } from './config.ts'
import { migrateChains, migrateRegistry, openChainsDatabase, openRegistryDatabase } from './db/database.ts'
import { openDirectory } from './directory/directory.ts'
import { repairDirectory } from './directory/repair.ts'
import { serveDoctor } from './doctor/report.ts'
import { peopleRoute } from './handles/operator-route.ts'
import { createRegister, type Registrar } from './handles/register.ts'
import { createInvites } from './invites/invites.ts'
import { createMemberInvites } from './invites/member-commands.ts'
import { invitesRoute } from './invites/operator-route.ts'
import { openLog } from './log/open-log.ts'
import { createMetrics } from './metrics.ts'
import { observe } from './observe.ts'
import { keepTables } from './projection/keep-tables.ts'
import { projectionsRoute } from './projection/operator-route.ts'
import { peopleProjection } from './projection/projection.ts'
import { createRebuilds } from './projection/rebuilds.ts'
import { inProjectionSpan } from './projection/spans.ts'
import type { Tables } from './projection/tables.ts'
import { createProofChecker, type ProofChecker } from './proofs/checker.ts'
import { createSetProofs } from './proofs/set.ts'
import { settleEndedChains } from './rotations/reaction.ts'
import { createSettlement } from './rotations/settle.ts'
import { createBindTransport } from './transports/bind.ts'

const name = 'registry'

export const createApp = (config: RegistryConfig, secrets: RegistrySecrets, overrides: { log?: Log } = {}): App => {
  const log = overrides.log ?? createLog(name, config.logLevel)
  let jetstream: JetStream | undefined
  let database: Database<Tables> | undefined
  let chainsDatabase: Database<ChainTables> | undefined
  let tables: RunningProjection | undefined
  let chainTables: RunningProjection | undefined
  let repair: Reaction | undefined
  let rotations: Reaction | undefined
  let checker: ProofChecker | undefined
  let commands: CommandServer[] = []
  let internalRoutes: readonly InternalRoute[] = []
  const metrics = createMetrics({
    projections: () => ({ people: tables?.status(), chains: chainTables?.status() }),
    reactions: () => ({ directory_repair: repair?.status(), settlement: rotations?.status() }),
  })

  const shared = createServiceMetrics(metrics.register, { service: name, version: packageJson.version })
  shared.postgres('registry', () => database?.use())
  shared.postgres('sigchains', () => chainsDatabase?.use())

  const start = async (): Promise<void> => {
    const { operatorSecretFile } = config
    const operatorSecret = operatorSecretFile === undefined ? undefined : await readSharedSecret(operatorSecretFile)
    const seed = await readSeedFile(config.natsSeedFile)
    const { natsUrl: url, natsCaFile: caFile } = config
    const nc = await connectNats({ name, url, seed, caFile, observer: shared.nats(name) }, log)
    jetstream = await openJetStream(nc)
    shared.streamLimit(streamName.chains, config.chainStreamBytes)
    const { identity, bucket } = await openLog(jetstream, scaleOf(config), { chainBytes: config.chainStreamBytes }, log)
    const directory = openDirectory(await openBucket(jetstream, bucketName.directory))
    const { server, reservedHandles: alsoReserved, registration: mode, invitesPerPerson: perPerson } = config
    const settlement = createSettlement({ jetstream, directory, metrics })
    const registrar: Registrar = { jetstream, directory, settlement, metrics, server, alsoReserved, mode }
    const invites = createInvites({ jetstream, metrics, perPerson })
    const members = createMemberInvites({ invites, settlement, mayIssue: config.memberInvites, perPerson })
    const operator = { secret: operatorSecret, log }
    const rebuilds = createRebuilds({ jetstream, directory, databaseUrl: secrets.databaseUrl, log })
    internalRoutes = [
      invitesRoute({ invites, jetstream, ...operator }),
      peopleRoute({ registrar, ...operator }),
      projectionsRoute({ rebuilds, ...operator }),
    ]
    checker = createProofChecker({
      jetstream,
      bucket: await openBucket(jetstream, bucketName.proofChecks),
      settings: proofSettingsOf(config),
      checks: metrics.proofChecks,
      log,
    })
    const { ask } = checker
    const served = { queue: name, log }
    commands = [
      serveCommand(
        nc,
        { ...served, subject: commandSubject.register, schema: RegisterCommand },
        observe('register', metrics, createRegister(registrar)),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.bindTransport, schema: BindTransportCommand },
        observe('bind_transport', metrics, createBindTransport(registrar)),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.setProofs, schema: SetProofsCommand },
        observe('set_proofs', metrics, createSetProofs(registrar, checker)),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.checkProofs, schema: CheckProofsCommand },
        observe('check_proofs', metrics, async ({ handle }) => ask(handle)),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.appendChain, schema: AppendChainCommand },
        observe('append_chain', metrics, createAppendChain(registrar)),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.issueInvite, schema: IssueInviteCommand },
        observe('issue_invite', metrics, members.issue),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.listInvites, schema: ListInvitesCommand },
        observe('list_invites', metrics, members.list),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.revokeInvite, schema: RevokeInviteCommand },
        observe('revoke_invite', metrics, members.revoke),
      ),
      serveCommand(
        nc,
        { ...served, subject: commandSubject.checkInvite, schema: CheckInviteCommand },
        observe('check_invite', metrics, members.check),
      ),
    ]
    await nc.flush()
    repair = repairDirectory(jetstream, {
      ...{ directory, bucket, log },
      repairs: metrics.directoryRepairs,
      observer: shared.reaction('directory', streamName.identity),
    })
    const observer = shared.reaction('settlement', streamName.chains)
    rotations = settleEndedChains(jetstream, { settlement, identity, observer, log })
    const desk = createDeadLetterDesk(jetstream, { directory: repair.handle, settlement: rotations.handle }, log)
    commands.push(
      serveCommand(
        nc,
        { ...served, subject: commandSubject.registryDeadLetter, schema: DeadLetterCommand },
        observe('dead_letter', metrics, desk),
      ),
    )
    database = openRegistryDatabase(secrets.databaseUrl, log)
    tables = keepTables({
      jetstream,
      database,
      projection: peopleProjection,
      migrate: migrateRegistry,
      log,
      around: inProjectionSpan(peopleProjection.stream),
    })
    chainsDatabase = openChainsDatabase(secrets.databaseUrl, log)
    chainTables = keepTables({
      jetstream,
      database: chainsDatabase,
      projection: chainsProjection,
      migrate: migrateChains,
      log,
      around: inProjectionSpan(chainsProjection.stream),
    })
    commands.push(
      serveDoctor({
        ...{ nc, jetstream, database, chainsDatabase, log },
        parts: () => ({ people: tables?.status(), chains: chainTables?.status() }),
        reactions: () => ({ directory: repair?.status(), rotations: rotations?.status() }),
      }),
    )
    await nc.flush()
    log.info({ server }, 'the registry answers')
  }

  const stop = async (): Promise<void> => {
    await Promise.all(commands.splice(0).map((command) => command.stop()))
    await Promise.all([checker?.stop(), repair?.stop(), rotations?.stop(), tables?.stop(), chainTables?.stop()])
    await Promise.all([database?.close(), chainsDatabase?.close()])
    if (jetstream && !jetstream.nc.isClosed()) await jetstream.nc.close()
    repair = undefined
    rotations = undefined
    checker = undefined
    tables = undefined
    chainTables = undefined
    database = undefined
    chainsDatabase = undefined
    jetstream = undefined
  }

  const notReady = (): NotReady => {
    if (!jetstream || !tables || !chainTables || !repair || !rotations) return { start: 'not started' }
    const reasons: NotReady = {}
    if (!jetstream.isConnected()) reasons.nats = 'not connected'
    const parts = {
      postgres: tables.status(),
      sigchain_tables: chainTables.status(),
      directory: repair.status(),
      rotations: rotations.status(),
    }
    for (const [what, { state, reason }] of Object.entries(parts))
      if (state === 'waiting' || state === 'stopped') reasons[what] = `${state}: ${reason ?? 'unknown'}`
    return reasons
  }

  return {
    name,
    start,
    stop,
    notReady,
    metrics: metrics.register,
    get internalRoutes() {
      return internalRoutes
    },
  }
}
