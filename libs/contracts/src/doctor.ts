import { z } from 'zod'

/** `warn` works and will not for long, or works less well than it could; `skipped` could not be looked at, and says why. */
export const DoctorStatus = z.enum(['ok', 'warn', 'fail', 'skipped'])
export type DoctorStatus = z.infer<typeof DoctorStatus>

/** One thing that `kez admin doctor` has looked at. Ids are stable: machines go by them. No secret is in any text. */
export const DoctorCheck = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/)
    .max(64),
  status: DoctorStatus,
  message: z.string().max(4_000).describe('What was found, in plain words'),
  cure: z.string().max(4_000).optional().describe('What helps, where something is wrong'),
})
export type DoctorCheck = z.infer<typeof DoctorCheck>

/** What a service found out about itself. */
export const DoctorReport = z.object({ checks: z.array(DoctorCheck).max(500) })
export type DoctorReport = z.infer<typeof DoctorReport>

/** `POST /internal/doctor`. `probe`: also knock at push services. */
export const DoctorRequest = z.object({ probe: z.boolean().default(true) })

/** `GET /v1/connection`: the stream's events leave this far apart, ms, and there are so many of them. */
export const connectionTest = { every: 150, ticks: 5, maxQuietSeconds: 20 } as const

/** `event: hello` of `GET /v1/connection`. */
export const ConnectionHello = z.object({
  address: z.string().max(100).describe('The address that the server takes the caller to have'),
})
export type ConnectionHello = z.infer<typeof ConnectionHello>

/** Query of `GET /v1/connection`. */
export const ConnectionQuery = z.object({
  quiet: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .pipe(z.number().max(connectionTest.maxQuietSeconds))
    .optional()
    .describe('Seconds of silence before the last event'),
})
