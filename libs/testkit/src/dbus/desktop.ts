import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installByApt, isDebian } from '../apt-install.ts'
import { createReader, createWriter, type DbusMessage, decodeMessage, encodeMessage } from './message.ts'

export type ShownNotification = { readonly id: number; readonly title: string; readonly body: string }

/** A desktop without a screen: a session bus of its own on which notifications are shown, that is, kept here. */
export type Desktop = {
  /** For the environment of a browser. */
  readonly env: { readonly DBUS_SESSION_BUS_ADDRESS: string }
  readonly shown: readonly ShownNotification[]
  /** What a person does with the mouse. */
  readonly click: (id: number) => void
  readonly stop: () => Promise<void>
}

const daemon = '/usr/bin/dbus-daemon'
const notifications = 'org.freedesktop.Notifications'
const path = '/org/freedesktop/Notifications'

const configuration = (
  socket: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

/** Hands over whole messages, after the handshake. */
const speak = (socket: Socket, onMessage: (message: DbusMessage) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let pending = Buffer.alloc(0)
    let begun = false
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      if (!begun) {
        if (!pending.includes('\r\n')) return
        begun = true
        pending = Buffer.alloc(0)
        socket.write('BEGIN\r\n')
        return resolve()
      }
      for (let next = decodeMessage(pending); next; next = decodeMessage(pending)) {
        pending = pending.subarray(next.length)
        onMessage(next.message)
      }
    })
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`)
  })

const serve = async (socket: Socket, shown: ShownNotification[]): Promise<(id: number) => void> => {
  let serial = 0
  const send = (message: Omit<DbusMessage, 'serial'>): void => {
    serial += 1
    socket.write(encodeMessage({ ...message, serial }))
  }
  const call = (member: string, signature: string | undefined, body: Buffer): void =>
    send({
      type: 1,
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member,
      destination: 'org.freedesktop.DBus',
      signature,
      body,
    })

  const answers: Readonly<Record<string, (call: DbusMessage) => { signature?: string; body: Buffer }>> = {
    GetCapabilities: () => {
      const body = createWriter()
      body.strings(['actions', 'body', 'persistence'])
      return { signature: 'as', body: body.bytes() }
    },
    GetServerInformation: () => {
      const body = createWriter()
      for (const text of ['kez-chat tests', 'kez-chat', '1', '1.2']) body.string(text)
      return { signature: 'ssss', body: body.bytes() }
    },
    Notify: ({ body }) => {
      const reader = createReader(body)
      reader.string()
      const id = reader.u32() || shown.length + 1
      reader.string()
      shown.push({ id, title: reader.string(), body: reader.string() })
      const answer = createWriter()
      answer.u32(id)
      return { signature: 'u', body: answer.bytes() }
    },
    CloseNotification: () => ({ body: Buffer.alloc(0) }),
  }

  await speak(socket, (message) => {
    const answer = message.type === 1 ? answers[message.member ?? '']?.(message) : undefined
    if (answer) send({ type: 2, replySerial: message.serial, destination: message.sender, ...answer })
  })
  call('Hello', undefined, Buffer.alloc(0))
  const name = createWriter()
  name.string(notifications)
  name.u32(0)
  call('RequestName', 'su', name.bytes())
  return (id) => {
    const body = createWriter()
    body.u32(id)
    body.string('default')
    send({ type: 4, path, interface: notifications, member: 'ActionInvoked', signature: 'us', body: body.bytes() })
  }
}

/** The socket's file is there somewhat before anybody listens. */
const connected = async (bus: string): Promise<Socket> => {
  for (const until = Date.now() + 15_000; ; await sleep(50)) {
    const socket = connect(bus)
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

/** Starts it, installing Debian's `dbus-daemon` when there is none. */
export const startDesktop = async (): Promise<Desktop> => {
  if (!existsSync(daemon) && isDebian()) await installByApt('dbus-daemon')
  if (!existsSync(daemon)) throw new Error('The tests of notifications need dbus-daemon; install it by hand.')
  const folder = mkdtempSync(join(tmpdir(), 'kez-desktop-'))
  const bus = join(folder, 'bus')
  writeFileSync(join(folder, 'session.conf'), configuration(bus))
  const child: ChildProcess = spawn(
    daemon,
    ['--nofork', '--nopidfile', `--config-file=${join(folder, 'session.conf')}`],
    {
      stdio: 'ignore',
    },
  )
  const socket = await connected(bus)
  const shown: ShownNotification[] = []
  const click = await serve(socket, shown)
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` },
    shown,
    click,
    stop: async () => {
      socket.destroy()
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill()) await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
