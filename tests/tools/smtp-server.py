"""A real SMTP server for the tests (aiosmtpd): keeps what it takes, one file a mail. What it does otherwise, the local part of the recipient says."""
import argparse, asyncio, logging, os, ssl, uuid

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = argparse.ArgumentParser()
options.add_argument("--directory", required=True)
options.add_argument("--port", type=int, default=0)
options.add_argument("--certificate")
options.add_argument("--key")
options.add_argument("--implicit-tls", action="store_true")
options.add_argument("--user")
options.add_argument("--password")
args = options.parse_args()

logging.disable()


class Handler:
    seen = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.split("@")[0]
        if name.startswith("refused"):
            return f"550 5.1.1 <{address}> is not here"
        if name.startswith("later") and name not in self.seen:
            self.seen.add(name)
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        temporary = os.path.join(args.directory, f".{uuid.uuid4()}")
        with open(temporary, "wb") as file:
            file.write(envelope.content)
        os.rename(temporary, os.path.join(args.directory, f"{uuid.uuid4()}.eml"))
        if name.startswith("slow") and name not in self.seen:
            # It has the mail, and the sender does not learn it.
            self.seen.add(name)
            await asyncio.sleep(3600)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (args.user, args.password)
    return AuthResult(success=good, handled=False)


async def main():
    context = None
    if args.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.certificate, args.key)
    starttls = context if context and not args.implicit_tls else None
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), hostname="localhost", enable_SMTPUTF8=True, tls_context=starttls, require_starttls=starttls is not None,
                     authenticator=authenticate if args.user else None, auth_required=args.user is not None,
                     auth_require_tls=starttls is not None),
        host="127.0.0.1", port=args.port, ssl=context if args.implicit_tls else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
