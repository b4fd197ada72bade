import type { IssuedCertificate } from '@flotilla/pki';

/** One certificate that was issued; never any key material. */
export interface IssueRecord {
  readonly identity: string;
  readonly serial: string;
  readonly issuedAt: string;
  readonly notAfter: string;
  /** Who asked: the subject of its token. */
  readonly requestedBy: string;
  readonly renewal: boolean;
}

/** The most recent issues, newest first; older ones are in the log files. */
export class IssueLog {
  #records: IssueRecord[] = [];
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  add(issued: IssuedCertificate, context: { readonly issuedAtMs: number; readonly requestedBy: string; readonly renewal: boolean }): IssueRecord {
    const record: IssueRecord = {
      identity: issued.spiffeId,
      serial: issued.serial,
      issuedAt: new Date(context.issuedAtMs).toISOString(),
      notAfter: new Date(issued.notAfterMs).toISOString(),
      requestedBy: context.requestedBy,
      renewal: context.renewal,
    };
    this.#records = [record, ...this.#records.slice(0, this.#limit - 1)];
    return record;
  }

  /** Newest first. */
  recent(): readonly IssueRecord[] {
    return this.#records;
  }
}
