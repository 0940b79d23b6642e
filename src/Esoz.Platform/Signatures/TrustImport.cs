using System.Formats.Asn1;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>
/// Adds the certificates and revocation lists of a file to a trust directory: self-signed authorities become anchors; other authorities and
/// time-stamp authorities are taken if they lead to an anchor; lists if a known authority has signed them. Nothing is ever removed, except
/// a list that a newer one replaces.
/// </summary>
/// <param name="directory">Trust directory; created if necessary.</param>
public sealed class TrustImport(string directory, TimeProvider clock)
{
    private readonly List<TrustImportEntry> _entries = [];
    private readonly DateTimeOffset _now = clock.GetUtcNow();

    /// <param name="withAnchors">False leaves self-signed authorities out that are not anchors yet.</param>
    /// <param name="withExpired">False leaves expired certificates out, which are needed for time stamps of the past only.</param>
    /// <returns>Every entry of the file, with what became of it.</returns>
    public IReadOnlyList<TrustImportEntry> Import(ReadOnlyMemory<byte> file, bool withAnchors, bool withExpired)
    {
        var read = TrustFile.Read(file);
        var before = TrustStore.Load(directory);
        var known = before.All.Select(certificate => certificate.Fingerprint).ToHashSet();
        List<Certificate> anchors = [], others = [];
        foreach (var certificate in read.Certificates)
        {
            var isRoot = IsRoot(certificate);
            if (!known.Add(certificate.Fingerprint))
                Add(certificate, isRoot ? TrustKind.Anchor : TrustKind.Certificate, TrustImportResult.Present, null);
            else if (Unwanted(certificate, isRoot, withAnchors, withExpired) is { } reason)
                Add(certificate, isRoot ? TrustKind.Anchor : TrustKind.Certificate, TrustImportResult.Refused, reason);
            else
                (isRoot ? anchors : others).Add(certificate);
        }
        var candidates = new TrustStore([.. before.Anchors, .. anchors], [.. before.Certificates, .. others], [], []);
        foreach (var anchor in anchors)
            Take(anchor, TrustKind.Anchor, TrustStore.AnchorsFolder);
        foreach (var certificate in others)
        {
            if (FaultOf(candidates, certificate) is { } fault)
                Add(certificate, TrustKind.Certificate, TrustImportResult.Refused, fault);
            else
                Take(certificate, TrustKind.Certificate, TrustStore.CertificatesFolder);
        }
        foreach (var list in read.Lists)
            Take(list, candidates, before);
        _entries.AddRange(read.Faults.Select(fault =>
            new TrustImportEntry(TrustKind.Unreadable, $"entry {fault.Entry}", null, null, null, TrustImportResult.Refused, fault.Reason)));
        return _entries;
    }

    /// <summary>Whether this process may add files to a trust directory, which need not exist.</summary>
    public static bool MayWrite(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(Path.Combine(directory, $".{Guid.NewGuid():n}"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsRoot(Certificate certificate)
    {
        try
        {
            return certificate.IsAuthority && certificate.IsSelfSigned;
        }
        catch (AsnContentException)
        {
            // The key is not accepted, which is the reason to refuse it later.
            return false;
        }
    }

    private string? Unwanted(Certificate certificate, bool isRoot, bool withAnchors, bool withExpired) =>
        !certificate.IsAuthority && !certificate.IsForTimestamps ? "neither an authority nor for time stamps"
        : isRoot && !withAnchors ? "a self-signed authority that is not an anchor yet (--no-anchors)"
        : !withExpired && certificate.NotAfter < _now ? "expired (--no-expired)"
        : null;

    /// <summary>The reason why the certificate was at no end of its life good; null when it was.</summary>
    private string? FaultOf(TrustStore candidates, Certificate certificate)
    {
        string? FaultAt(DateTimeOffset at)
        {
            var path = new CertificatePath(candidates, [], RevocationMode.None, at);
            return certificate.IsAuthority ? path.FaultOfIssuer(certificate) : path.Fault(certificate);
        }
        var first = FaultAt(certificate.IsValidAt(_now) ? _now : certificate.NotAfter);
        return first is null ? null : FaultAt(certificate.NotBefore) is null ? null : first;
    }

    private void Take(RevocationList list, TrustStore candidates, TrustStore before)
    {
        var issuer = candidates.WithSubject(list.Issuer).FirstOrDefault(it => IsSignedBy(list, it));
        var newest = issuer is null ? null : before.ListsOf(list.Issuer)
            .Where(other => other.IsDelta == list.IsDelta && IsSignedBy(other, issuer)).MaxBy(other => other.ThisUpdate);
        var reason = issuer is null ? "no known authority has signed it" : null;
        var result = issuer is null ? TrustImportResult.Refused
            : newest?.ThisUpdate >= list.ThisUpdate ? TrustImportResult.Present
            : TrustImportResult.Taken;
        if (result == TrustImportResult.Taken)
            Write(TrustStore.ListsFolder, $"{issuer!.KeyFingerprint[..16]}-{(list.IsDelta ? "delta" : "full")}.crl", list.Encoded);
        _entries.Add(new(list.IsDelta ? TrustKind.DeltaList : TrustKind.List, list.Issuer.Label ?? "", null, list.NextUpdate, null, result,
            reason));
    }

    private static bool IsSignedBy(RevocationList list, Certificate issuer)
    {
        try
        {
            return list.IsSignedBy(issuer);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private void Take(Certificate certificate, TrustKind kind, string folder)
    {
        Write(folder, $"{certificate.Number}-{certificate.Fingerprint[..8]}.cer", certificate.Encoded);
        Add(certificate, kind, TrustImportResult.Taken, null);
    }

    private void Add(Certificate certificate, TrustKind kind, TrustImportResult result, string? reason) =>
        _entries.Add(new(kind, certificate.Subject.Label ?? certificate.Number, certificate.Number, certificate.NotAfter,
            certificate.Fingerprint, result, reason));

    /// <summary>Atomic, because a check may be reading the directory.</summary>
    private void Write(string folder, string name, ReadOnlyMemory<byte> content)
    {
        Directory.CreateDirectory(Path.Combine(directory, folder));
        var unfinished = Path.Combine(directory, folder, $".{Guid.NewGuid():n}");
        File.WriteAllBytes(unfinished, content.Span);
        File.Move(unfinished, Path.Combine(directory, folder, name), overwrite: true);
    }
}

/// <summary>Kinds of entries of a trust directory.</summary>
public enum TrustKind
{
    Anchor,
    /// <summary>An authority or time-stamp authority below an anchor.</summary>
    Certificate,
    List,
    DeltaList,
    Unreadable,
}

/// <summary>What became of an entry.</summary>
public enum TrustImportResult
{
    Taken,
    /// <summary>The directory has it already, or a newer list.</summary>
    Present,
    Refused,
}

/// <param name="Name">Name of the authority.</param>
/// <param name="Number">Serial number of its certificate; null for a list.</param>
/// <param name="ValidTo">End of validity, or the time of the next list.</param>
/// <param name="Fingerprint">SHA-256 of a certificate, to compare with what the authority publishes.</param>
/// <param name="Reason">Why it was refused.</param>
public sealed record TrustImportEntry(
    TrustKind Kind, string Name, string? Number, DateTimeOffset? ValidTo, string? Fingerprint, TrustImportResult Result, string? Reason);
