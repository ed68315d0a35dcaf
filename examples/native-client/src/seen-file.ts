import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ReplayStore } from '@kez-chat/messaging'

/** Which messages were seen, a line each, so that none is answered twice after a restart. */
export const seenIn = (path: string): ReplayStore => {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const expiries = new Map<string, number>()
  for (const line of lines) {
    const [key, expiresAt] = line.split(' ')
    if (key && expiresAt) expiries.set(key, Number(expiresAt))
  }
  return {
    has: async (key) => expiries.has(key),
    add: async (key, expiresAt) => {
      if (expiries.has(key)) return false
      expiries.set(key, expiresAt)
      appendFileSync(path, `${key} ${expiresAt}\n`, { mode: 0o600 })
      return true
    },
    dropExpired: async (now) => {
      for (const [key, expiresAt] of expiries) if (expiresAt < now) expiries.delete(key)
      const kept = [...expiries].map(([key, expiresAt]) => `${key} ${expiresAt}\n`).join('')
      writeFileSync(`${path}.new`, kept, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}
