import { ApiError } from '@kez-chat/client'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../session/connection.ts'
import { StorageError } from '../storage/errors.ts'
import { createHomeConnection } from './home-connection.ts'

const watched = () => {
  const told: Connection[] = []
  return { ...createHomeConnection((connection) => told.push(connection)), last: () => told.at(-1) }
}

const noSpace = new DOMException('no space', 'QuotaExceededError')

describe('the connection', () => {
  it('says that the device is full until something is stored again, however often it comes and goes', () => {
    const connection = watched()
    connection.onStatus('live')
    connection.onError(noSpace)
    expect(connection.last()).toEqual({ state: 'live', problem: 'full' })
    for (const status of ['offline', 'connecting', 'live'] as const) {
      connection.onStatus(status)
      expect(connection.last()).toEqual({ state: status, problem: 'full' })
    }
    connection.onStored()
    expect(connection.last()).toEqual({ state: 'live' })
  })

  it('says what else the storage does not do', () => {
    const connection = watched()
    connection.onError(new StorageError('damaged', 'a record does not open'))
    expect(connection.last()?.problem).toBe('damaged')
    connection.onError(new DOMException('closing', 'InvalidStateError'))
    expect(connection.last()?.problem).toBe('InvalidStateError')
  })

  it('does not blame the storage for a request that was given up', () => {
    const connection = watched()
    connection.onStatus('live')
    for (const name of ['AbortError', 'TimeoutError']) connection.onError(new DOMException('given up', name))
    expect(connection.last()).toEqual({ state: 'live' })
  })

  it.each(['unauthorized', 'handle_barred'] as const)(
    'says a refusal that the next attempt meets again (%s), until it is live',
    (code) => {
      const connection = watched()
      connection.onStatus('offline')
      connection.onError(new ApiError(code, 403, 'no'))
      expect(connection.last()).toEqual({ state: 'offline', problem: code })
      connection.onStatus('live')
      expect(connection.last()).toEqual({ state: 'live' })
    },
  )
})
