import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DoctorCheck } from '@kez-chat/contracts'
import { findNatsServer } from '@kez-chat/embedded'
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type HttpFault,
  type Stack,
  startStack,
  startWebCounterpart,
} from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startCaddy, startCluster, startSites } from './doctor-site.ts'
import { kez } from './kez.ts'

const dir = mkdtempSync(join(tmpdir(), 'kez-doctor-long-'))
const endings: (() => unknown)[] = []
let stack: Stack
let ca: CertificateAuthority
let gateway: string

beforeAll(async () => {
  const webDir = join(dir, 'web')
  mkdirSync(webDir)
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>kez-chat</title>')
  ca = await createCertificateAuthority(dir, 'ca')
  stack = await startStack({ webDir, env: { KEZ_TRUSTED_PROXIES: '127.0.0.1' } })
  gateway = new URL(stack.url).host.replace('localhost', '127.0.0.1')
}, 120_000)
afterAll(async () => {
  for (const end of endings) await end()
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
})

type Seen = {
  readonly code: number
  readonly codes: readonly string[]
  readonly of: (id: string) => DoctorCheck | undefined
}

const doctor = async (...args: string[]): Promise<Seen> => {
  const { code, out, err } = await kez(['admin', 'doctor', ...args, '--json'])
  if (out === '') throw new Error(err)
  const { checks } = JSON.parse(out) as { checks: DoctorCheck[] }
  const codes = checks.filter(({ status }) => status === 'fail' || status === 'warn').map(({ id }) => id)
  return { code, codes, of: (id) => checks.find((check) => check.id === id) }
}

it('finds the Caddy of the docs well, streams that are silent for a while included', async () => {
  const { url, child } = await startCaddy(dir, gateway, ca.issue('caddy'))
  endings.push(() => child.kill('SIGTERM'))
  const look = (...more: string[]) => doctor(url, '--ca', ca.file, '--only', 'outside', ...more)
  await vi.waitFor(async () => expect((await look()).codes).not.toContain('address.ipv4'), { timeout: 30_000 })
  const { codes, of } = await look('--patient')
  // The page of this test has no list of its files.
  expect(codes).toEqual(['web.app'])
  expect(of('stream.idle')).toMatchObject({ status: 'ok' })
}, 90_000)

it('names a proxy that cuts off what is silent', async () => {
  const certificate = ca.issue('hasty')
  const change = (text: string) => text.replace('proxy_read_timeout 1h;', 'proxy_read_timeout 5s;')
  const { ports, child } = await startSites(dir, gateway, { hasty: { certificate, change } })
  endings.push(() => child.kill('SIGTERM'))
  const look = () =>
    doctor(`https://localhost:${ports.hasty.secure}`, '--ca', ca.file, '--only', 'outside', '--patient')
  await vi.waitFor(async () => expect((await look()).codes).not.toContain('address.ipv4'), { timeout: 60_000 })
  const { of, code } = await look()
  expect(of('stream.live')).toMatchObject({ status: 'ok' })
  expect(of('stream.idle')).toMatchObject({ status: 'fail', cure: expect.stringContaining('proxy_read_timeout 1h') })
  expect(code).toBe(1)
}, 150_000)

it.each<HttpFault>([
  'slow',
  'huge',
  'huge_without_length',
  'broken',
  'garbage',
  'compressed',
  'cut_off',
  'redirect_forever',
  'rate_limited',
])(
  'comes to an end and says what it saw where a server answers "%s"',
  async (fault) => {
    const web = await startWebCounterpart()
    endings.push(web.stop)
    web.fault(fault)
    const started = Date.now()
    const { code, of } = await doctor(web.origin, '--only', 'outside')
    expect(of('server.health')).toMatchObject({ status: 'fail', cure: expect.stringMatching(/\.$/) })
    expect(code).toBe(1)
    expect(Date.now() - started).toBeLessThan(60_000)
  },
  90_000,
)

it('waits for no server that says nothing', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  endings.push(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { code, of } = await doctor(`https://localhost:${port}`, '--only', 'outside')
  expect(of('tls.handshake')?.message).toMatch(/did not answer in time/)
  expect(code).toBe(3)
}, 60_000)

it('sees by NATS itself whether every copy of a cluster is whole', async () => {
  const { path } = await findNatsServer()
  const cluster = await startCluster(path, dir, 3)
  endings.push(cluster.stop)
  const look = (monitors: readonly string[]) =>
    doctor('--only', 'inside', '--nats', monitors.join(','), '--internal', stack.internal.gateway)
  const patience = { timeout: 60_000, interval: 1_000 }
  await vi.waitFor(async () => {
    expect((await look(cluster.monitors)).of('nats.replicas')?.message).toBe(
      'A cluster with 3 copies of everything, all of them up to date.',
    )
  }, patience)
  cluster.lose()
  await vi.waitFor(async () => {
    const { of } = await look(cluster.monitors)
    expect(of('nats.replicas')).toMatchObject({ status: 'fail', message: expect.stringContaining('S on c is ') })
    // One that is away hides nothing of the others.
    expect(of('nats.monitor')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining(String(cluster.monitors[2])),
    })
    expect(of('nats.sync')).toMatchObject({ status: 'ok' })
    // Nobody is connected here, and every server was asked.
    expect(of('nats.clients')).toMatchObject({ status: 'fail', message: expect.stringContaining('registry') })
  }, patience)
  // Who asks one of three cannot say who is connected to the others.
  expect((await look(cluster.monitors.slice(0, 1))).of('nats.clients')).toMatchObject({
    status: 'skipped',
    message: expect.stringContaining('the monitors of all'),
  })
}, 150_000)

it('warns of a cluster that keeps one copy', async () => {
  const { path } = await findNatsServer()
  mkdirSync(join(dir, 'single'))
  const cluster = await startCluster(path, join(dir, 'single'), 1)
  endings.push(cluster.stop)
  const { of } = await doctor(
    '--only',
    'inside',
    '--nats',
    cluster.monitors.join(','),
    '--internal',
    stack.internal.gateway,
  )
  expect(of('nats.replicas')).toMatchObject({ status: 'warn', cure: expect.stringContaining('KEZ_STREAM_REPLICAS=3') })
}, 60_000)
