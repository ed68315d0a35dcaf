/** Of a device whose clock and the home server's are apart. */
export const clock = {
  ahead: (by: string) =>
    `This device’s clock is wrong: it is ${by} ahead of the server’s. kez goes by the server’s time until you set it.`,
  behind: (by: string) =>
    `This device’s clock is wrong: it is ${by} behind the server’s. kez goes by the server’s time until you set it.`,
}
