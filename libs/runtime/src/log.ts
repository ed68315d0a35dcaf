import { createHmac, randomBytes } from 'node:crypto'
import pino from 'pino'
import { traceIdsForLog } from './tracing/spans.ts'

export type Log = pino.Logger
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

const salt = randomBytes(32)

/** A handle as it may appear in logs: a hash that means something within this process only. */
export const handleForLog = (handle: string): string =>
  createHmac('sha256', salt).update(handle).digest('hex').slice(0, 12)

/**
 * A JSON logger. Headers and queries that carry signatures are removed whoever logs them.
 * @param destination defaults to stdout
 */
export const createLog = (service: string, level: LogLevel, destination?: pino.DestinationStream): Log =>
  pino(
    {
      level,
      base: { service },
      mixin: traceIdsForLog,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'seed',
          '*.seed',
          'password',
          '*.password',
          'authorization',
          '*.authorization',
          '*["x-kez-auth"]',
          'headers',
          '*.headers',
        ],
        censor: '[removed]',
      },
    },
    ...(destination ? [destination] : []),
  )
