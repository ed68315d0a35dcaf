import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ChildSpec, startChild } from '../src/process/child.ts'
import { isRunning, type ProcessRef, processRef } from '../src/process/identity.ts'
import { boundedRestart, noRestart, type SupervisionEvent, supervise } from '../src/process/supervise.ts'
import { waitUntil } from '../src/process/wait-until.ts'

const orphanParent = fileURLToPath(new URL('./orphan-parent.ts', import.meta.url))
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kez-children-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const shell = (script: string, stopSteps: ChildSpec['stopSteps'] = [['SIGINT', 5_000]]): ChildSpec => ({
  name: 'test server',
  command: '/bin/sh',
  args: ['-c', script],
  logFile: join(dir, 'child.log'),
  cwd: '/',
  env: { PATH: process.env.PATH ?? '' },
  stopSteps,
})
const sleeper = 'exec sleep 600'
const quick = { ...boundedRestart, firstDelayMs: 1, maxDelayMs: 5 }

test('a process is known by its pid and its start, and is gone once it has ended', async () => {
  const child = await startChild(shell(sleeper))
  expect(child.ref).toEqual(processRef(child.ref.pid))
  expect(isRunning(child.ref)).toBe(true)
  expect(isRunning({ ...child.ref, started: 'another boot:1' })).toBe(false)
  await child.stop()
  expect(isRunning(child.ref)).toBe(false)
})

test('a program that cannot be started is reported by name', async () => {
  await expect(startChild({ ...shell(sleeper), cwd: join(dir, 'none') })).rejects.toMatchObject({
    code: 'child_failed',
    message: expect.stringContaining('test server'),
  })
})

test('a child that ignores the polite signal is ended by force, and its children with it', async () => {
  const child = await startChild(shell('trap "" INT; sleep 600 & echo $!; wait; wait', [['SIGINT', 300]]))
  const log = () => readFileSync(join(dir, 'child.log'), 'utf8')
  await waitUntil(() => log().endsWith('\n'), 5_000)
  const grandchild = processRef(Number(log()))
  expect(grandchild).toBeDefined()
  expect((await child.stop()).signal).toBe('SIGKILL')
  expect(await waitUntil(() => !isRunning(grandchild ?? child.ref), 5_000)).toBe(true)
})

test('a Ctrl-C in the terminal does not reach a child: it has a process group of its own', async () => {
  const child = await startChild(shell(sleeper))
  const group = Number(readFileSync(`/proc/${child.ref.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2])
  expect(group).toBe(child.ref.pid)
  await child.stop()
})

describe.each(['pdeathsig', 'watchdog'])('when the launcher is killed (%s)', (guard) => {
  test('its child ends within seconds', async () => {
    const parent = spawn(process.execPath, [orphanParent, guard, join(dir, 'child.log')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(parent.stdout, 'data')
    const ref: ProcessRef = JSON.parse(String(line))
    expect(isRunning(ref)).toBe(true)
    parent.kill('SIGKILL')
    expect(await waitUntil(() => !isRunning(ref), 10_000)).toBe(true)
  })
})

test('a child that dies unasked is reported with its last words and started again', async () => {
  const events: SupervisionEvent[] = []
  const start = () => startChild(shell(`echo working; ${sleeper}`))
  const supervised = await supervise({
    name: 'test server',
    logFile: join(dir, 'child.log'),
    start,
    restart: quick,
    report: (event) => events.push(event),
  })
  const first = supervised.child()
  await waitUntil(() => readFileSync(join(dir, 'child.log'), 'utf8').includes('working'), 5_000)
  first.kill('SIGKILL')
  expect(await waitUntil(() => supervised.child() !== first, 10_000)).toBe(true)
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'died', 'started'])
  expect(events[1]).toMatchObject({ exit: { signal: 'SIGKILL' }, log: 'working' })
  await supervised.stop()
  expect(supervised.child().hasExited()).toBe(true)
  expect(events).toHaveLength(3)
})

test('a child that dies again and again is given up after a bound', async () => {
  const events: SupervisionEvent[] = []
  let starts = 0
  const supervised = await supervise({
    name: 'test server',
    logFile: join(dir, 'child.log'),
    start: () => {
      starts += 1
      return startChild(shell('exit 3'))
    },
    restart: { ...quick, limit: 3 },
    report: (event) => events.push(event),
  })
  expect(await waitUntil(() => events.at(-1)?.kind === 'gave_up', 10_000)).toBe(true)
  expect(starts).toBe(4)
  await supervised.stop()
})

test('a stop during the pause before a restart starts nothing more', async () => {
  let starts = 0
  const supervised = await supervise({
    name: 'test server',
    logFile: join(dir, 'child.log'),
    start: () => {
      starts += 1
      return startChild(shell('exit 3'))
    },
    restart: { ...boundedRestart, firstDelayMs: 600_000, maxDelayMs: 600_000 },
    report: () => {},
  })
  await supervised.child().exited
  await supervised.stop()
  expect(starts).toBe(1)
})

test('without a restart policy a dead child stays dead until it is asked for', async () => {
  const supervised = await supervise({
    name: 'test server',
    logFile: join(dir, 'child.log'),
    start: () => startChild(shell(sleeper)),
    restart: noRestart,
    report: () => {},
  })
  const first = supervised.child()
  first.kill('SIGKILL')
  await first.exited
  expect(supervised.child()).toBe(first)
  await supervised.restart()
  expect(isRunning(supervised.child().ref)).toBe(true)
  await supervised.stop()
})
