import { maxBodyBytes } from '@kez-chat/contracts'
import type { Log } from '@kez-chat/runtime'
import fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { isRelayUpgrade } from '../home-relay/upgrade.ts'
import type { Metrics } from '../metrics.ts'
import { useJsonBodies } from './body-parser.ts'
import { answerClientError, answerExpectation } from './client-error.ts'
import { useCors } from './cors.ts'
import { closeBehindLastAnswers } from './last-answers.ts'
import { createNotFoundHandler } from './not-found.ts'
import { createErrorHandler } from './problems.ts'
import { useRequestLog } from './request-log.ts'
import { useRequestSpans } from './request-spans.ts'
import { requireHost } from './require-host.ts'
import { useResponseHeaders } from './response-headers.ts'
import { enforceRules, type Guards } from './rules.ts'

const maxParamLength = 200

export type HttpOptions = {
  trustedProxies: readonly string[] | undefined
  guards: Guards
  /** Whether a `traceparent` of the caller's is continued. */
  joinCallers: boolean
  metrics: Metrics
  log: Log
}

/** The HTTP edge without any route: limits, bodies, errors, headers, rules. */
export const createHttpServer = ({ trustedProxies, guards, joinCallers, metrics, log }: HttpOptions) => {
  const handleError = createErrorHandler(log)
  const server = fastify({
    logger: false,
    trustProxy: trustedProxies && trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: maxBodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    keepAliveTimeout: 65_000,
    http: {
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
      requireHostHeader: false,
      shouldUpgradeCallback: isRelayUpgrade,
    },
    routerOptions: { maxParamLength, ignoreTrailingSlash: false, caseSensitive: true },
    // A request that comes while the server stops is answered; its connection is closed behind it.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      handleError(error, request, reply)
    },
  })
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(handleError)
  const registered = enforceRules(server, guards)
  server.setNotFoundHandler(createNotFoundHandler(registered, maxParamLength))
  requireHost(server)
  useResponseHeaders(server)
  useCors(server)
  useJsonBodies(server)
  useRequestLog(server, metrics, log)
  useRequestSpans(server, joinCallers)
  closeBehindLastAnswers(server)
  server.server.on('checkExpectation', answerExpectation)
  return { app: server.withTypeProvider<ZodTypeProvider>(), registered }
}

export type HttpApp = ReturnType<typeof createHttpServer>['app']
