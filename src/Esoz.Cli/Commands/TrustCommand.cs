using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using static System.FormattableString;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>trust import</c> and <c>list</c>: what signatures are checked against (SIGNATURE_TRUST_DIR). They need no database.
/// </summary>
public static class TrustCommand
{
    /// <summary>Names printed per reason; JSON has all.</summary>
    private const int MaxNames = 10;

    public static Command Create() =>
        new("trust", "Authorities whose signatures are trusted, and their revocation lists (SIGNATURE_TRUST_DIR).") { Import(), List() };

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = "DER, PEM with any number of blocks, or PKCS #7 (.p7b)." };
        var noAnchors = new Option<bool>("--no-anchors") { Description = "Adds no trust anchor: takes only what leads to an existing one." };
        var noExpired = new Option<bool>("--no-expired")
        {
            Description = "Leaves expired certificates out, which are needed for time stamps of the past only.",
        };
        return new Command("import",
            "Takes certificates and revocation lists from a file (the .p7b of the ЦЗО, PEM, DER) and says what it took, what not and why.")
        { file, noAnchors, noExpired, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var directory = CommandLine.Settings(parsed).Signatures.TrustPath;
            var content = await File.ReadAllBytesAsync(parsed.GetValue(file)!, ct);
            var entries = new TrustImport(directory, TimeProvider.System)
                .Import(content, !parsed.GetValue(noAnchors), !parsed.GetValue(noExpired));
            await CommandLine.Print(parsed, entries.Select(AsObject),
                _ => AsText(entries, parsed.GetValue(file)!, directory) + Environment.NewLine);
            return entries.Any(entry => entry.Result != TrustImportResult.Refused) ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static Command List() =>
        new Command("list", "Lists anchors, authorities and revocation lists, and what is wrong with each now.")
        { CommandLine.Json }.Runs(async (parsed, _) =>
        {
            var options = CommandLine.Settings(parsed).Signatures;
            var trust = new TrustDirectory(options.TrustPath, TimeProvider.System);
            foreach (var fault in trust.Faults)
                await Console.Error.WriteLineAsync($"Not used: {fault}");
            var authorities = trust.Authorities(options.Revocation, options.Delta);
            await CommandLine.Print(parsed, authorities.Select(AsObject).Concat(trust.Lists.Select(AsObject)), _ =>
                $"{AsTable(authorities, trust.Lists)}{authorities.Count} authorities, {trust.Lists.Count} revocation lists{Environment.NewLine}");
        });

    private static string AsText(IReadOnlyList<TrustImportEntry> entries, string file, string directory)
    {
        var lines = new List<string>();
        foreach (var result in Enum.GetValues<TrustImportResult>())
        {
            var same = entries.Where(entry => entry.Result == result).ToList();
            if (same.Count == 0)
                continue;
            lines.Add(result switch
            {
                TrustImportResult.Taken => Invariant($"Taken: {same.Count} of {entries.Count} entries of {file}, into {directory}"),
                TrustImportResult.Present => $"Already there: {same.Count}",
                TrustImportResult.Refused => $"Not taken: {same.Count}",
            });
            lines.AddRange(result == TrustImportResult.Refused
                ? same.GroupBy(entry => entry.Reason).Select(why => $"  {why.Count()}: {why.Key}: {Names(why)}")
                : same.GroupBy(entry => entry.Kind).Select(kind => $"  {kind.Count()} {Plural(kind.Key)}: {Names(kind)}{Expired(kind)}"));
        }
        var anchors = entries.Where(entry => entry is { Kind: TrustKind.Anchor, Result: TrustImportResult.Taken }).ToList();
        if (anchors.Count > 0)
            lines.Add("Every signature below these anchors is trusted from now on. Compare their SHA-256 with what the authority publishes:");
        lines.AddRange(anchors.Select(anchor => Invariant($"  {anchor.Fingerprint}  {anchor.Name}, valid to {anchor.ValidTo:yyyy-MM-dd}")));
        return string.Join('\n', lines);
    }

    private static string Names(IEnumerable<TrustImportEntry> entries)
    {
        var names = entries.Select(entry => entry.Name).Distinct().ToList();
        return string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? $" and {names.Count - MaxNames} more (--json)" : "");
    }

    private static string Expired(IEnumerable<TrustImportEntry> entries) =>
        entries.Count(entry => entry.ValidTo < TimeProvider.System.GetUtcNow()) is var count and > 0
            ? $" ({count} expired, for time stamps of the past)" : "";

    private static string Plural(TrustKind kind) => kind switch
    {
        TrustKind.Anchor => "trust anchors",
        TrustKind.Certificate => "authorities and time-stamp authorities",
        TrustKind.List => "revocation lists",
        TrustKind.DeltaList => "delta lists",
        TrustKind.Unreadable => "unreadable",
    };

    private static string Word(TrustKind kind) => kind switch
    {
        TrustKind.Anchor => "anchor",
        TrustKind.Certificate => "certificate",
        TrustKind.List => "crl",
        TrustKind.DeltaList => "delta_crl",
        TrustKind.Unreadable => "unreadable",
    };

    private static string KindOf(TrustedAuthority authority) =>
        authority.IsAnchor ? "anchor" : authority.Certificate.IsAuthority ? "authority" : "timestamps";

    private static string AsTable(IReadOnlyList<TrustedAuthority> authorities, IReadOnlyList<RevocationList> lists)
    {
        if (authorities.Count + lists.Count == 0)
            return "";
        var table = new Table("kind", "valid to", "name", "state");
        foreach (var it in authorities)
            table.Add(KindOf(it), Invariant($"{it.Certificate.NotAfter:yyyy-MM-dd}"), it.Name,
                string.Join("; ", [it.Fault ?? "good", .. it.Warnings]));
        foreach (var it in lists)
            table.Add(it.IsDelta ? "delta crl" : "crl", Invariant($"{it.NextUpdate:yyyy-MM-dd}"), it.Issuer.Label,
                Invariant($"of {it.ThisUpdate:u} for {it.NextUpdate:u}, {it.Revoked.Count} entries"));
        return table.ToString();
    }

    private static object AsObject(TrustImportEntry it) => new
    {
        Kind = Word(it.Kind),
        it.Name,
        it.Number,
        it.ValidTo,
        it.Fingerprint,
        Result = it.Result.ToString().ToLowerInvariant(),
        it.Reason,
    };

    private static object AsObject(TrustedAuthority authority) => new
    {
        Kind = KindOf(authority),
        authority.Name,
        authority.Certificate.Number,
        ValidFrom = authority.Certificate.NotBefore,
        ValidTo = authority.Certificate.NotAfter,
        authority.Certificate.Fingerprint,
        State = authority.State switch
        {
            AuthorityState.Usable => "usable",
            AuthorityState.Expired => "expired",
            AuthorityState.WithoutList => "without_list",
            AuthorityState.Untrusted => "untrusted",
        },
        authority.Fault,
        authority.Warnings,
    };

    private static object AsObject(RevocationList list) => new
    {
        Kind = list.IsDelta ? "delta_crl" : "crl",
        Name = list.Issuer.Label,
        ValidFrom = list.ThisUpdate,
        ValidTo = list.NextUpdate,
        Entries = list.Revoked.Count,
    };
}
