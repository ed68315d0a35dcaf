type Undo = { readonly name: string; readonly stop: () => Promise<void> | void }

/** What has been started, to be stopped in the opposite order; a stop that fails does not keep the others. */
export const createCleanup = (report: (problem: string) => void) => {
  const started: Undo[] = []
  return {
    add: (name: string, stop: Undo['stop']) => {
      started.push({ name, stop })
    },
    run: async () => {
      for (let undo = started.pop(); undo !== undefined; undo = started.pop()) {
        try {
          await undo.stop()
        } catch (error) {
          report(`${undo.name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    },
  }
}

export type Cleanup = ReturnType<typeof createCleanup>
