import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { streamManifest } from '@kez-chat/eventlog'
import { loadSettings, mailboxSettings, streamSettings } from '@kez-chat/runtime'
import { parse } from 'yaml'
import { z } from 'zod'
import { type KubernetesDocument, settingsIn } from './documents.ts'
import { chartConfig } from './nats-chart.ts'
import { ChartValues } from './nats-chart-keys.ts'
import { bytesOf } from './quantity.ts'

const file = join(import.meta.dirname, '..', '..', 'deploy', 'k8s', 'nats-values.yaml')

export const savedNatsValues = (): unknown => parse(readFileSync(file, 'utf8'))

/** Values with everything that the chart adds to them. @throws z.ZodError */
export const chartValues = (values: unknown): ChartValues => ChartValues.parse(values)

/** Whether the chart knows every key, where it stands, and takes its value. */
export const natsKeyFaults = (values: unknown): string[] => {
  const { error } = ChartValues.safeParse(values)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'values'}: ${message}`)
}

const seconds = (text: unknown): number => Number(/^(\d+)s$/.exec(String(text))?.[1] ?? Number.NaN)

/** Of what NATS may store, so much may be set apart for streams with a limit: the others need room as well. */
const mostReserved = 0.75
/** A disk is smaller than its claim, by its file system, and full before NATS knows. */
const mostOfDisk = 0.9
/** What streams set apart on each node, since each has a copy of every stream: NATS makes none beyond its limit. */
export const reservedBytes = (settings: Readonly<Record<string, string>>): number => {
  const { duplicateWindowHours } = mailboxSettings
  const limits = loadSettings({ ...streamSettings, duplicateWindowHours }, settings)
  const inboxStreams = Number(settings.KEZ_INBOX_STREAMS)
  return streamManifest({ replicas: 3, inboxStreams }, limits)
    .map(({ want }) => Number(want.max_bytes ?? 0))
    .reduce((sum, bytes) => sum + Math.max(0, bytes), 0)
}

const ConfigOfOurs = z.object({
  pid_file: z.string(),
  lame_duck_duration: z.string(),
  lame_duck_grace_period: z.string(),
  jetstream: z.object({ sync_interval: z.unknown().optional() }),
})

const Written = z.object({
  securityContext: z.object({ readOnlyRootFilesystem: z.boolean() }),
  volumeMounts: z.array(z.object({ mountPath: z.string(), readOnly: z.boolean().optional() })),
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }),
})
const Template = z.object({
  spec: z.object({
    terminationGracePeriodSeconds: z.number().default(30),
    containers: z.tuple([Written], z.unknown()),
  }),
})

/** Whether NATS, as the chart makes it of our values, starts, keeps what it acknowledged, has room, and ends in order. */
export const natsFaults = (values: ChartValues, documents: readonly KubernetesDocument[]): string[] => {
  const config = ConfigOfOurs.parse(chartConfig(values))
  const set = documents.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'nats')
  const { spec } = Template.parse(set?.spec?.template)
  const [container] = spec.containers
  const { fileStore } = values.config.jetstream
  const disk = bytesOf(fileStore.pvc.size)
  const store = bytesOf(fileStore.maxSize ?? fileStore.pvc.size)
  const reserved = reservedBytes(settingsIn(documents))
  const writable = container.volumeMounts.some(
    ({ mountPath, readOnly }) => !readOnly && config.pid_file.startsWith(`${mountPath}/`),
  )
  const ending = seconds(config.lame_duck_grace_period) + seconds(config.lame_duck_duration)
  return [
    config.jetstream.sync_interval === 'always' ? '' : 'what is acknowledged may not be on disk',
    !container.securityContext.readOnlyRootFilesystem || writable ? '' : `${config.pid_file} cannot be written`,
    container.lifecycle.preStop.exec.command.join(' ') === `nats-server -sl=ldm=${config.pid_file}`
      ? ''
      : 'is not told to end in order',
    spec.terminationGracePeriodSeconds > ending ? '' : `is killed before the ${ending} s in which it ends are over`,
    store <= disk * mostOfDisk
      ? ''
      : `stores ${fileStore.maxSize ?? fileStore.pvc.size} on a disk of ${fileStore.pvc.size}`,
    reserved <= store * mostReserved
      ? ''
      : `streams set ${(reserved / 2 ** 30).toFixed(1)} GiB apart, of ${(store / 2 ** 30).toFixed(1)} GiB`,
    values.config.cluster.tls.enabled || 'zz$include' in values.config.cluster.merge
      ? ''
      : 'whoever reaches port 6222 becomes a node',
  ]
    .filter((fault) => fault !== '')
    .map((fault) => `nats: ${fault}`)
}
