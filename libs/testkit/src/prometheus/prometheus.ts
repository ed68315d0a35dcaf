import { spawn } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@kez-chat/embedded'
import { parse, stringify } from 'yaml'
import { unpackedProgram } from '../debian-package.ts'
import { hurriedRules } from './hurried.ts'

export type PrometheusOptions = {
  /** Folder with `prometheus.yml` and the rules beside it, as it is shipped. */
  readonly folder: string
  /**
   * Where each target of that file is here, e.g. `{ 'gateway:6970': '127.0.0.1:4711' }`; several where one name stands for
   * several. Its label `instance` stays the name in the file, but for several: those are called by their addresses.
   */
  readonly targets: Readonly<Record<string, string | readonly string[]>>
  /** By how much time in the rules passes faster; 1 = as it is. */
  readonly factor?: number
  /** How often targets are read and rules evaluated; `1s` unless told otherwise. An answer may take as long. */
  readonly interval?: string
}

export type PrometheusSample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

export type PrometheusRule = {
  readonly name: string
  readonly type: 'alerting' | 'recording'
  readonly query: string
  /** `ok`, `err` or `unknown` while it was not evaluated yet. */
  readonly health: string
  readonly lastError?: string
  /** Of alerts: `inactive`, `pending` or `firing`. */
  readonly state?: string
}

export type PrometheusAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

export type PrometheusTarget = {
  readonly labels: Readonly<Record<string, string>>
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

export type Prometheus = {
  readonly url: string
  /** The instant value of an expression, now. Throws with Prometheus's words where it does not understand it. */
  readonly query: (expression: string) => Promise<PrometheusSample[]>
  readonly rules: () => Promise<PrometheusRule[]>
  readonly alerts: () => Promise<PrometheusAlert[]>
  /** The names of the alerts that fire. */
  readonly firing: () => Promise<string[]>
  /** Each was read at least once when Prometheus has started. */
  readonly targets: () => Promise<PrometheusTarget[]>
  readonly stop: () => Promise<void>
}

const readyWithinMs = 60_000
const stopsWithinMs = 10_000
const timeoutMs = 10_000

type Target = { targets: string[]; labels?: Record<string, string> }
type Config = {
  global: { scrape_interval: string; evaluation_interval: string }
  rule_files: string[]
  scrape_configs: { job_name: string; static_configs: Target[] }[]
}

/** Those of the file that are somewhere here, each with the labels that it has there. */
const placed = (configs: Target[], places: PrometheusOptions['targets']): Target[] =>
  configs.flatMap(({ targets, labels }) =>
    targets.flatMap((name) => {
      const place = places[name]
      if (place === undefined) return []
      if (typeof place !== 'string') return place.map((address) => ({ targets: [address], labels: { ...labels } }))
      return [{ targets: [place], labels: { ...labels, instance: name } }]
    }),
  )

const prepare = ({ folder, targets, factor = 1, interval = '1s' }: PrometheusOptions, dir: string): string => {
  const rules = join(dir, 'rules')
  mkdirSync(rules)
  for (const file of globSync('*.rules.yml', { cwd: folder }))
    writeFileSync(join(rules, basename(file)), hurriedRules(readFileSync(join(folder, file), 'utf8'), factor))
  const config = parse(readFileSync(join(folder, 'prometheus.yml'), 'utf8')) as Config
  config.global.scrape_interval = interval
  config.global.evaluation_interval = interval
  config.rule_files = [join(rules, '*.rules.yml')]
  for (const job of config.scrape_configs) job.static_configs = placed(job.static_configs, targets)
  const file = join(dir, 'prometheus.yml')
  writeFileSync(file, stringify(config))
  return file
}

/**
 * A real Prometheus, that of Debian, with the shipped configuration: only where targets are, how often they are read and how fast
 * time passes in the rules is another.
 * @throws Error with its last words when it does not start.
 */
export const startPrometheus = async (options: PrometheusOptions): Promise<Prometheus> => {
  const program = await unpackedProgram('prometheus', 'prometheus')
  const dir = mkdtempSync(join(tmpdir(), 'kez-prometheus-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    program,
    [
      `--config.file=${prepare(options, dir)}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk) => {
    log = (log + String(chunk)).slice(-20_000)
  })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      log += String(error)
      resolve()
    })
  })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)

  const stop = async (): Promise<void> => {
    process.off('exit', endWithUs)
    child.kill('SIGTERM')
    const patience = setTimeout(endWithUs, stopsWithinMs)
    await gone
    clearTimeout(patience)
    rmSync(dir, { recursive: true, force: true })
  }

  const ask = async (path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      ...(Object.keys(parameters).length > 0 ? { method: 'POST', body: new URLSearchParams(parameters) } : {}),
    })
    const { status, data, error } = (await answer.json()) as { status: string; data?: unknown; error?: string }
    if (status !== 'success') throw new Error(`${path} ${parameters.query ?? ''}: ${error}`)
    return data
  }

  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(timeoutMs) }).then(
      ({ ok }) => ok,
      () => false,
    )

  const alerts: Prometheus['alerts'] = async () => ((await ask('alerts')) as { alerts: PrometheusAlert[] }).alerts
  const targets: Prometheus['targets'] = async () =>
    ((await ask('targets?state=active')) as { activeTargets: PrometheusTarget[] }).activeTargets

  // It finds its targets some seconds after it is ready.
  const placedTargets = Object.values(options.targets).flat().length
  const hasRead = async (): Promise<boolean> => {
    const active = await targets()
    return active.length >= placedTargets && active.every(({ health }) => health !== 'unknown')
  }

  const deadline = Date.now() + readyWithinMs
  while (!((await isReady()) && (await hasRead()))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      await stop()
      throw new Error(`Prometheus did not become ready, or not all its targets are in the file:\n${log}`)
    }
    await sleep(100)
  }

  return {
    url,
    query: async (query) => {
      type Result = { resultType: string; result: { metric: Record<string, string>; value: [number, string] }[] }
      const { resultType, result } = (await ask('query', { query })) as Result
      if (resultType === 'scalar') return [{ labels: {}, value: Number((result as unknown as [number, string])[1]) }]
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    rules: async () => {
      const { groups } = (await ask('rules')) as { groups: { rules: PrometheusRule[] }[] }
      return groups.flatMap(({ rules }) => rules)
    },
    alerts,
    firing: async () => {
      const firing = (await alerts()).filter(({ state }) => state === 'firing')
      return [...new Set(firing.map(({ labels }) => labels.alertname ?? ''))].toSorted()
    },
    targets,
    stop,
  }
}
