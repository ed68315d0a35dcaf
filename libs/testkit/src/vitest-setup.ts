import { offerSharedPostgres } from './shared-postgres.ts'

let stop: (() => Promise<void>) | undefined

export const setup = async (): Promise<void> => {
  stop = await offerSharedPostgres()
}

export const teardown = async (): Promise<void> => {
  await stop?.()
}
