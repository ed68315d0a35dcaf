import { type DoctorCheck, PushDoctorReport, type PushFinding } from '@kez-chat/contracts'
import type { Call, Command, Report } from '../../command.ts'
import { describeParts, type Part } from '../../doctor/describe.ts'
import { lookAtBackups } from '../../doctor/inside/backups.ts'
import { lookAtDisks } from '../../doctor/inside/disk.ts'
import { lookAtNats, monitorsOf } from '../../doctor/inside/nats.ts'
import { lookAtServices, numberIn } from '../../doctor/inside/services.ts'
import { lookFromOutside } from '../../doctor/outside/look.ts'
import { EXIT, type ExitCode, usageError } from '../../errors.ts'
import { readInputFile } from '../../files/read-input.ts'
import { dataFolderOf, dataFolderOption } from '../../operators/data-folder.ts'
import type { Paint } from '../../output/paint.ts'
import { columns } from '../../output/table.ts'
import { DEFAULT_SERVER, namedServer, originOf } from '../../servers/connect.ts'
import { askInternal, internalOption } from '../../servers/internal.ts'

const marks = { ok: 'good', warning: 'careful', problem: 'bad' } as const satisfies Record<
  PushFinding['level'],
  keyof Paint
>

const describeFindings = (findings: readonly PushFinding[], paint: Paint): string =>
  columns(
    findings.map(({ level, about, detail, cure }) => [
      paint[marks[level]](level),
      paint.bold(about),
      cure === undefined ? detail : `${detail} ${cure}`,
    ]),
  )

const lookAtPush = async (call: Call): Promise<Report> => {
  const [, handle] = call.args
  const body = { probe: !call.has('no-probe'), ...(handle === undefined ? {} : { handle }) }
  const read = (answer: unknown) => PushDoctorReport.safeParse(answer).data
  const report = await askInternal(call, '/internal/push/doctor', body, read)
  const { findings } = report
  const isWell = findings.every(({ level }) => level !== 'problem')
  return {
    data: report,
    text: (paint) => describeFindings(findings, paint),
    ...(isWell ? {} : { exitCode: EXIT.refused }),
  }
}

const addressOf = (call: Call): string => {
  const [typed] = call.args
  if (typed === undefined) return namedServer(call) ?? DEFAULT_SERVER
  if (call.args.length > 1) throw usageError('a handle goes with push alone: kez admin doctor push alice')
  if (!typed.includes('://')) throw usageError('<what> is push, or an address like https://chat.example.org')
  return originOf(typed, '<what>')
}

const origin = (name: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : originOf(text, name)

const readCa = async (call: Call): Promise<string | undefined> => {
  const file = call.option('ca')
  return file === undefined ? undefined : (await readInputFile(file)).text
}

const exitOf = (checks: readonly DoctorCheck[]): ExitCode => {
  const faults = checks.filter(({ status }) => status === 'fail').map(({ id }) => id)
  if (faults.length === 0) return EXIT.ok
  const addresses = checks.filter(({ id }) => id.startsWith('address.'))
  const isReached = addresses.length === 0 || addresses.some(({ status }) => status === 'ok')
  return isReached && !faults.includes('tls.handshake') ? EXIT.refused : EXIT.network
}

const lookAtServer = async (call: Call): Promise<Report> => {
  const url = new URL(addressOf(call))
  const { env, now } = call.session
  const full = numberIn(call, 'full', 1, 100, 90)
  const maxHours = numberIn(call, 'backup-hours', 1, 100_000, 26)
  const plain = origin('--plain', call.option('plain'))
  const named = call.option('nats') ?? env.KEZ_NATS_MONITOR_URL ?? ''
  const monitors = named === '' ? [] : named.split(',').map((text) => originOf(text.trim(), '--nats'))
  const target = { url, ca: await readCa(call) }
  const folder = dataFolderOf(call)

  const lookInside = async (): Promise<DoctorCheck[]> => {
    const [services, nats, backups] = await Promise.all([
      lookAtServices(call),
      lookAtNats(await monitorsOf(monitors, folder), monitors.length > 0, full),
      lookAtBackups(call.option('backups'), maxHours, now()),
    ])
    const folders = [folder, nats.storeDir, call.option('backups')]
    const disks = await lookAtDisks(
      folders.filter((path) => path !== undefined),
      full,
    )
    return [...services, ...nats.checks, ...disks, ...backups]
  }

  const only = call.option('only')
  const [outside, inside] = await Promise.all([
    only === 'inside' ? [] : lookFromOutside({ target, now, plain, isPatient: call.has('patient') }),
    only === 'outside' ? [] : lookInside(),
  ])
  const parts: readonly Part[] = [
    { title: `${url.origin}, as others see it`, checks: outside },
    { title: 'The server from inside', checks: inside },
  ]
  const checks = parts.flatMap((part) => part.checks)
  return {
    data: { ...(only === 'inside' ? {} : { server: url.origin }), checks },
    text: (paint) => describeParts(parts, paint),
    exitCode: exitOf(checks),
  }
}

export const adminDoctor: Command = {
  name: 'admin doctor',
  about: 'for operators: say what works, what does not, and what helps',
  args: [
    {
      name: 'what',
      about: `the server's public address, like https://chat.example.org (KEZ_SERVER or ${DEFAULT_SERVER} when left out); or push: notifications of devices alone`,
      optional: true,
    },
    { name: 'handle', about: 'with push: also look at the devices of this person', optional: true },
  ],
  options: {
    ...internalOption('gateway'),
    nats: {
      value: 'url',
      about:
        'the monitor of NATS, several comma-separated; KEZ_NATS_MONITOR_URL, that of npm start, or http://127.0.0.1:8222 when left out',
    },
    backups: { value: 'folder', about: 'where kez admin backup writes: say how old the newest one is' },
    'backup-hours': { value: 'n', about: 'how old the newest backup may be; 26 when left out' },
    ...dataFolderOption,
    full: {
      value: 'percent',
      about: 'from when on a disk, a store or a stream is called nearly full; 90 when left out',
    },
    ca: { value: 'file', about: "an authority of your own that has signed the server's certificate (PEM)" },
    plain: { value: 'url', about: 'where plain http is, if not on port 80' },
    only: {
      value: 'part',
      choices: ['outside', 'inside'],
      about: 'look at one part: what others see, or the server itself',
    },
    patient: { about: 'also look at what takes 20 seconds: whether silent streams stay open' },
    'no-probe': { about: 'do not connect to push services' },
  },
  examples: [
    'kez admin doctor https://chat.example.org',
    'kez admin doctor https://chat.example.org --backups /srv/kez-backups --patient',
    'kez admin doctor push alice',
  ],
  run: async (call) => (call.args[0] === 'push' ? lookAtPush(call) : lookAtServer(call)),
}
