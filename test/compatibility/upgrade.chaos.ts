import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@kez-chat/client'
import { findNatsServer, noRestart, startEmbeddedNats } from '@kez-chat/embedded'
import { openJetStream, openTail } from '@kez-chat/eventlog'
import { connectNats, createLog } from '@kez-chat/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launch, lockedProcesses, makePlace, type Place } from '../setup/launcher.ts'
import { frozenVersions } from './versions.ts'

// A start under a new version that does not come to its end: whatever the moment, the old data are as they were.

const newest = frozenVersions.find(({ version }) => version === 'v0.1-backups')
const handles = ['alice', 'bob', 'carol', 'dave', 'frank']
let place: Place

const unpack = (): void => {
  const { status } = spawnSync('tar', ['-xzf', join(newest?.folder ?? '', 'data-folder.tgz'), '-C', place.dataDir])
  expect(status).toBe(0)
}

beforeEach(async () => {
  place = await makePlace()
  mkdirSync(place.dataDir)
})
afterEach(() => place.remove())

/** All that the frozen streams hold and how they are set, as NATS alone reads it. */
const contentOf = async (folder: string): Promise<unknown> => {
  const { path: binary } = await findNatsServer()
  const nats = await startEmbeddedNats({
    ...{ folder, binary, inboxStreams: 1, restart: noRestart },
    report: () => undefined,
  })
  const seed = nats.keys.users.backup.seed
  const jetstream = await openJetStream(
    await connectNats({ name: 'backup', url: nats.url, seed }, createLog('test', 'silent')),
  )
  try {
    const content: unknown[] = []
    for (const stream of ['IDENTITY', 'CHAINS', 'INBOX_0']) {
      const { config, created } = await jetstream.jsm.streams.info(stream)
      const tail = await openTail(jetstream, { stream, after: 0, name: 'backup' })
      const messages = (await tail.next(500, 0)).map(({ seq, timeNs, subject, headers, data }) => ({
        ...{ seq, time: String(timeNs), subject, headers },
        data: Buffer.from(data).toString('hex'),
      }))
      await tail.close()
      content.push({ stream, created, config: { ...config, metadata: undefined }, messages })
    }
    return content
  } finally {
    await jetstream.nc.close()
    await nats.stop()
  }
}

const startsWhole = async (): Promise<void> => {
  const launcher = launch(place)
  try {
    await launcher.running()
    const client = createClient({ baseUrl: launcher.url })
    for (const handle of handles) expect((await client.lookup(handle)).handle).toBe(handle)
  } finally {
    launcher.process.kill('SIGTERM')
    await launcher.exitCode()
  }
}

test('a start that is killed at any moment leaves what the version before had written, and the next one goes on', async () => {
  unpack()
  const before = await contentOf(place.dataDir)
  for (let round = 0; round < 10; round++) {
    const launcher = launch(place)
    const wait = 200 + Math.random() * 5_000
    await Promise.race([sleep(wait), launcher.running()])
    let pids: number[] = []
    try {
      const { owner, children } = lockedProcesses(place)
      pids = [owner, ...Object.values(children)].map(({ pid }) => pid)
    } catch {
      // It had not come to its lock.
    }
    for (const pid of [launcher.process.pid ?? 0, ...pids]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended before.
      }
    }
    await launcher.exitCode()
    expect(await contentOf(place.dataDir), `killed after ${Math.round(wait)} ms`).toEqual(before)
  }
  await startsWhole()
})

test('a start on a full disk fails in plain words, and goes on when there is room', async () => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', place.dataDir])
  expect(mounted.status, 'this test mounts a file system and runs as root').toBe(0)
  try {
    unpack()
    const before = await contentOf(place.dataDir)
    const filler = join(place.dataDir, 'filler')
    const { bavail, bsize } = statfsSync(place.dataDir)
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
    const launcher = launch(place)
    expect(await launcher.exitCode()).toBe(1)
    expect(launcher.output()).toMatch(/disk is full|no space left|insufficient storage/i)
    rmSync(filler)
    expect(await contentOf(place.dataDir)).toEqual(before)
    await startsWhole()
  } finally {
    spawnSync('umount', ['-l', place.dataDir])
  }
})
