// `npm start`: from a clean checkout to a page with a shell in it.
import { createServer } from "node:net";
import { buildModule, buildPage } from "./build.mjs";
import { inProject, main, Problem } from "./project.mjs";
import { buildServer, page, startServer } from "./server.mjs";
import { setup } from "./setup.mjs";

const port = Number(process.env.PORT || 7420);

await main(import.meta.url, async () => {
  await checkPort();
  await setup();
  await buildModule();
  await buildPage();
  const program = await buildServer({ release: true });
  // The token is kept in a file, so that an open page still fits after a restart.
  const access = inProject(".relatch", "access");
  const { child, url } = await startServer(program, [
    "--shell",
    "--www",
    page,
    "--port",
    String(port),
    "--access-file",
    access,
  ]);
  console.log(`\n  Open this page:  ${url}\n\n  Ctrl-C stops the server.\n`);
  const code = await child.ended;
  if (code !== 0) throw new Problem(`the server ended (${code})`);
});

async function checkPort() {
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Problem(`PORT is "${process.env.PORT}"; it must be 0 to 65535`);
  const probe = createServer();
  await new Promise((resolve, reject) => {
    probe.once("error", (error) => {
      const why = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${error.code})`;
      reject(new Problem(`Port ${port} ${why}. Choose another: PORT=7421 npm start`));
    });
    probe.listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}
