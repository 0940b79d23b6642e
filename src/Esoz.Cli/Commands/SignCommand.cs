using Esoz.Compositions;
using Esoz.Parties;
using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures;
using Esoz.Sandbox.Signatures;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>sign ca</c>, <c>issue</c>, <c>sign</c> and <c>verify</c>: signatures for tests, by our own authority; sandbox only. Only <c>issue
/// --for</c> needs the database.
/// </summary>
public static class SignCommand
{
    private const string Name = "sign";
    private const string FileName = "file";

    /// <summary><c>sign sign</c> as the command-line library accepts it: it cannot nest a command in one of the same name.</summary>
    public static string[] Spelled(string[] args)
    {
        var at = Array.IndexOf(args, Name);
        return at >= 0 && at + 1 < args.Length && args[at + 1] == Name ? [.. args[..(at + 1)], FileName, .. args[(at + 2)..]] : args;
    }

    /// <summary>Help with <c>sign sign</c> as users type it.</summary>
    public static string Shown(string help) => help.Replace($" {Name} {FileName} ", $" {Name} {Name} ", StringComparison.Ordinal)
        .Replace($"\n  {FileName} ", $"\n  {Name} ", StringComparison.Ordinal);

    public static Command Create() =>
        new(Name, "Test signatures: a test certification authority, keys, containers (sandbox only).") { Authority(), Issue(),
            Sign(), Verify() };

    private static Command Authority() =>
        new Command(
            "ca", "Creates the test certification authority in the data directory and prints the files that make it trusted. An existing one is kept.")
        { CommandLine.Json }.Runs(async (parsed, _) =>
        {
            var authority = Lab(Sandbox(parsed));
            var isNew = !authority.IsThere;
            authority.Create();
            await Console.Error.WriteLineAsync(isNew ? "Created the test authority." : "The test authority already exists.");
            await CommandLine.Print(parsed, new { Files = authority.PublicFiles },
                it => string.Join(Environment.NewLine, it.Files) + Environment.NewLine);
        });

    private static Command Issue()
    {
        var employee = new Option<Guid?>("--for")
        {
            HelpName = "EMPLOYEE_ID",
            Description = "Employee whose name and number the certificate gets, as the registry has them; instead of --drfo and --name.",
        };
        var drfo = new Option<string?>("--drfo")
        {
            HelpName = "N",
            Description = "РНОКПП of the person, or series and number of the passport.",
        };
        var name = new Option<string?>("--name") { Description = "Surname, given name and patronymic." };
        var edrpou = new Option<string?>("--edrpou")
        {
            HelpName = "N",
            Description = "ЄДРПОУ of the organisation that the person signs for.",
        };
        var algorithm = new Option<LabAlgorithm>("--algorithm")
        {
            Description = "dstu (DSTU 4145, m = 257) or ecdsa (P-256).",
            DefaultValueFactory = _ => LabAlgorithm.Dstu,
        };
        var expired = new Option<bool>("--expired") { Description = "Issue a certificate that expired a year ago." };
        var revoked = new Option<bool>("--revoked") { Description = "Put the certificate on the revocation list." };
        var qualified = new Option<LabQualification>("--qualified")
        {
            Description = "device (КЕП), certificate (УЕП with a qualified certificate), seal or none: see SIGNATURE_QUALIFIED.",
            DefaultValueFactory = _ => LabQualification.Device,
        };
        var to = new Option<string>("--out")
        {
            Required = true,
            HelpName = "FILE",
            Description = "File for the private key and certificate, as PEM; it must not exist.",
        };
        var command = new Command("issue",
            "Issues a key and certificate for a person and prints the certificate's serial number.") { employee, drfo, name, edrpou,
            algorithm, expired, revoked, qualified, to, CommandLine.Json };
        command.Validators.Add(result =>
        {
            var given = new[] { result.GetValue(drfo), result.GetValue(name) }.Count(text => text is not null);
            if (given != (result.GetValue(employee) is null ? 2 : 0))
                result.AddError("sign issue needs either --for EMPLOYEE_ID, or --drfo N and --name NAME.");
        });
        return command.Runs(async (parsed, ct) =>
        {
            var settings = Sandbox(parsed);
            var authority = Existing(settings);
            var (who, number) = parsed.GetValue(employee) is { } id ? await PersonOf(id, settings, ct)
                : (parsed.GetValue(name)!, parsed.GetValue(drfo)!);
            var certificate = authority.Issue(parsed.GetValue(algorithm), who, number, parsed.GetValue(edrpou), parsed.GetValue(expired),
                parsed.GetValue(revoked), parsed.GetValue(to)!, parsed.GetValue(qualified));
            await CommandLine.Print(parsed, new { Certificate = certificate, File = Path.GetFullPath(parsed.GetValue(to)!) },
                it => it.Certificate + Environment.NewLine);
        });
    }

    /// <summary>Name, and РНОКПП or else the document number, of an employee: what a job compares with the signature.</summary>
    private static async Task<(string Name, string Number)> PersonOf(Guid employee, Settings settings, CancellationToken ct)
    {
        await using var installation = await CommandLine.Open(settings, ct);
        return await PartyOfEmployee.Find(installation.Database, employee, ct) is not { } person
            ? throw new CommandException($"There is no employee {employee}.")
            : person.Number.Length > 0 ? person
            : throw new CommandException($"The party of employee {employee} has neither a tax number nor a document number.");
    }

    private static Command Sign()
    {
        var file = new Argument<string>("FILE.json") { Description = "What is signed, byte for byte." };
        var key = new Option<string>("--key")
        {
            Required = true,
            HelpName = "FILE",
            Description = "Private key and certificate, created by: esoz sign issue.",
        };
        var to = new Option<string>("--out")
        {
            Required = true,
            HelpName = "FILE.p7s",
            Description = "File for the container; an existing file is overwritten.",
        };
        var stamp = new Option<LabStamps>("--stamp")
        {
            Description = "Time stamps: signature (CAdES-T), content (as the usual Ukrainian libraries), both or none.",
            DefaultValueFactory = _ => LabStamps.Signature,
        };
        return new Command(FileName,
            "Signs a file as an attached CMS with a time stamp, to be sent to the API as base64. Prints the container's path.")
        { file, key, stamp, to, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var authority = Existing(Sandbox(parsed));
            var container = authority.Sign(
                await File.ReadAllBytesAsync(parsed.GetValue(file)!, ct), parsed.GetValue(key)!, parsed.GetValue(stamp));
            await File.WriteAllBytesAsync(parsed.GetValue(to)!, container, ct);
            await CommandLine.Print(parsed, new { File = Path.GetFullPath(parsed.GetValue(to)!) }, it => it.File + Environment.NewLine);
        });
    }

    private static Command Verify()
    {
        var file = new Argument<string>("FILE.p7s") { Description = "The container, also in base64, PEM or UA1_SIGN." };
        return new Command("verify",
            "Verifies a container as the server does, whatever its content, and explains every step, the signer and what would be refused. Exit code 1 when it is refused.")
        { file, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var options = Sandbox(parsed).Signatures;
            var trust = new TrustDirectory(options.TrustPath, TimeProvider.System);
            foreach (var fault in trust.Faults)
                await Console.Error.WriteLineAsync($"Not used: {fault}");
            // The user asked for a check, so it runs even if the server's checks are disabled.
            var verdict = new SignatureCheck(options, trust, TimeProvider.System)
                .Examine(await File.ReadAllBytesAsync(parsed.GetValue(file)!, ct));
            await CommandLine.Print(parsed, AsObject(verdict), _ => AsText(verdict) + Environment.NewLine);
            return verdict.IsAccepted ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static string AsText(SignatureVerdict verdict) => string.Join('\n',
    [
        .. verdict.Steps.Select(step => $"{(step.IsPassed ? "good" : "BAD"),-5} {step.Name,-12} {step.Explanation}"),
        .. verdict.Signers.SelectMany(AsLines),
        .. CompositionSignatures.RefusalsOf(verdict)
            .Select(refusal => $"would be refused as {refusal.Code!.Value.Number} {refusal.Code.Value.Name}: {refusal.Message}"),
        verdict.IsAccepted ? "accepted" : $"refused: {verdict.Outcome}",
    ]);

    private static IEnumerable<string> AsLines(SignerFacts facts)
    {
        if (facts.Signer is { } signer)
            yield return $"signer: {signer.CommonName}, ДРФО {signer.Drfo ?? "–"}, ЄДРПОУ {signer.Edrpou ?? "–"}, certificate {signer.CertificateNumber}";
        if (facts.Algorithm is not null)
            yield return $"algorithm: {facts.Algorithm}";
        if (facts.Qualification is not null)
            yield return $"certificate: {facts.Qualification}";
        if (facts.Chain.Count > 0)
            yield return $"chain: {string.Join(" ← ", facts.Chain)}";
        yield return FormattableString.Invariant(
            $"times: claimed {(facts.ClaimedAt is { } claimed ? $"{claimed:u}" : "–")}, stamped {(facts.StampedAt is { } stamped ? $"{stamped:u}" : "–")}");
    }

    private static object AsObject(SignatureVerdict verdict) => new
    {
        Accepted = verdict.IsAccepted,
        Outcome = verdict.Outcome.ToString(),
        Steps = verdict.Steps.Select(step => new { step.Name, step.IsPassed, step.Explanation }),
        Refusals = CompositionSignatures.RefusalsOf(verdict)
            .Select(refusal => new { Code = refusal.Code!.Value.Number, refusal.Code.Value.Name, refusal.Message }),
        verdict.Signers,
        verdict.Signer,
        verdict.ClaimedAt,
        verdict.StampedAt,
    };

    private static Settings Sandbox(ParseResult parsed)
    {
        var settings = CommandLine.Settings(parsed);
        return settings.Mode == Mode.Sandbox
            ? settings
            : throw new CommandException("sign works in sandbox mode only: a production registry trusts no test authority (ESOZ_MODE=production).");
    }

    private static TestAuthority Lab(Settings settings) => new(settings.SignatureLab, settings.Signatures.TrustPath, TimeProvider.System);

    private static TestAuthority Existing(Settings settings) => Lab(settings) is { IsThere: true } authority
        ? authority
        : throw new CommandException("There is no test authority yet; create it with: esoz sign ca");
}
