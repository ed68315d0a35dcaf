import { type ChildProcess, fork } from 'node:child_process'

/** A child process that makes the load, so that measuring does not slow down what is measured. */
export type LoadProcess<Job, Result> = { run(job: Job): Promise<Result>; stop(): void }

/** Forks `module`, which calls {@link answerJobs}, with more variables in its environment. */
export const startLoadProcess = <Job extends object, Result>(
  module: string,
  env: Readonly<Record<string, string>> = {},
): LoadProcess<Job, Result> => {
  const child: ChildProcess = fork(module, { serialization: 'advanced', env: { ...process.env, ...env } })
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the load process ended with ${code}`))
        child.once('exit', ended)
        child.once('message', (message: { result?: Result; error?: string }) => {
          child.off('exit', ended)
          if (message.error === undefined && message.result !== undefined) resolve(message.result)
          else reject(new Error(message.error ?? 'the load process gave no result'))
        })
        child.send(job)
      }),
    stop: () => child.kill(),
  }
}

/** In the load process: answers each job with its result. */
export const answerJobs = <Job, Result>(work: (job: Job) => Promise<Result>): void => {
  process.on('message', (job: Job) => {
    work(job).then(
      (result) => process.send?.({ result }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
}
