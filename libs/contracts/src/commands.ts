import { z } from 'zod'
import { ChainHead, ChainId } from './chains.ts'
import { DirectoryEntry } from './directory.ts'
import { ErrorCode } from './errors.ts'
import { BindTransportBody, RegisterBody, SetProofsBody } from './http.ts'
import { Handle, Primary } from './primitives.ts'

/** `kez.registry.v1.register`: the signed envelope as it was posted. Answers with the directory entry of the registration. */
export const RegisterCommand = z.object({ registration: RegisterBody })
export type RegisterCommand = z.infer<typeof RegisterCommand>

/** `kez.registry.v1.bind_transport`: the gateway has checked that the request is signed by `primary`, owner of `handle`. */
export const BindTransportCommand = z.object({ handle: Handle, primary: Primary, ...BindTransportBody.shape })
export type BindTransportCommand = z.infer<typeof BindTransportCommand>

/** `kez.registry.v1.set_proofs`: the gateway has checked that the request is signed by `primary`, owner of `handle`. */
export const SetProofsCommand = z.object({ handle: Handle, primary: Primary, ...SetProofsBody.shape })
export type SetProofsCommand = z.infer<typeof SetProofsCommand>

/** `kez.registry.v1.check_proofs`: somebody looked a person up whose proofs nobody has looked at lately. No answer is awaited. */
export const CheckProofsCommand = z.object({ handle: Handle })
export type CheckProofsCommand = z.infer<typeof CheckProofsCommand>

/** `kez.registry.v1.append_chain`: the signed event as it was posted. Answers with the head that it made. */
export const AppendChainCommand = ChainId.extend({ event: z.record(z.string(), z.unknown()) })
export type AppendChainCommand = z.infer<typeof AppendChainCommand>

/** Every command's reply: a result or an error with a stable code. */
export const reply = <T extends z.ZodType>(result: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), result }),
    z.object({
      ok: z.literal(false),
      error: z.object({ code: ErrorCode, message: z.string(), retry_after: z.number().optional() }),
    }),
  ])

export const RegisterReply = reply(DirectoryEntry)
export const BindTransportReply = reply(DirectoryEntry)
export const SetProofsReply = reply(DirectoryEntry)
export const AppendChainReply = reply(ChainHead)
export const VapidKeyReply = reply(z.object({ key: z.string() }))
