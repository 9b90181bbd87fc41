import { Readable } from 'node:stream';
import { asUpload, type UploadedFile } from '../../../mesh/uploads.ts';

/** A file as the gateway hands it over once it has arrived. */
export function uploaded(content: string | Buffer, rest: Partial<UploadedFile> = {}): UploadedFile {
  const bytes = Buffer.from(content);
  return asUpload({
    filename: 'a.txt',
    mediaType: 'text/x-note',
    bytes: bytes.length,
    open: () => Readable.from([bytes], { objectMode: false }),
    ...rest,
  });
}
