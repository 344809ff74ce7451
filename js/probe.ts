/** What an HTTP answer says of a refused WebSocket, as a close. */
export interface Refusal {
  status?: number;
  code: number;
  reason: string;
}

/** Asks why the server refuses; `undefined` if the answer explains nothing. */
export type Probe = (url: string | URL) => Promise<Refusal | undefined>;

export const probe: Probe = async () => undefined;
