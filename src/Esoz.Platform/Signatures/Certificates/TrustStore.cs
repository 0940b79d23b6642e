namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// Trust anchors and the data to validate other certificates, as files below one directory: <c>anchors/</c> trusted certificates in which
/// every chain must end, <c>certificates/</c> others that signers omit (authorities, time-stamping authorities), <c>crls/</c> revocation
/// lists. A file has one or many of them, see <see cref="TrustFile"/>; hidden files are not read.
/// </summary>
public sealed class TrustStore
{
    public const string AnchorsFolder = "anchors";
    public const string CertificatesFolder = "certificates";
    public const string ListsFolder = "crls";

    private readonly ILookup<DistinguishedName, Certificate> _bySubject;
    private readonly ILookup<DistinguishedName, RevocationList> _lists;

    public TrustStore(
        IReadOnlyList<Certificate> anchors, IReadOnlyList<Certificate> certificates, IReadOnlyList<RevocationList> lists,
        IReadOnlyList<string> faults)
    {
        Anchors = [.. anchors.DistinctBy(anchor => anchor.Fingerprint)];
        var known = Anchors.Select(anchor => anchor.Fingerprint).ToHashSet();
        Certificates = [.. certificates.Where(certificate => known.Add(certificate.Fingerprint))];
        (Lists, Faults) = (lists, faults);
        All = [.. Certificates, .. Anchors];
        _bySubject = Anchors.Concat(Certificates).ToLookup(certificate => certificate.Subject);
        _lists = lists.ToLookup(list => list.Issuer);
    }

    public IReadOnlyList<Certificate> Anchors { get; }

    /// <summary>Certificates that are not anchors.</summary>
    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>Certificates of both kinds: where one that a container leaves out is looked for.</summary>
    public IReadOnlyList<Certificate> All { get; }

    public IReadOnlyList<RevocationList> Lists { get; }

    /// <summary>
    /// Files that cannot be used, or not all of their entries, each with the reason; what cannot be used is treated as missing.
    /// </summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Files below a directory that are read: all except hidden ones.</summary>
    public static EnumerationOptions ReadFiles { get; } = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8 };

    public bool IsAnchor(Certificate certificate) => Anchors.Any(anchor => anchor.IsSameAs(certificate));

    public IEnumerable<Certificate> WithSubject(DistinguishedName subject) => _bySubject[subject];

    public IEnumerable<RevocationList> ListsOf(DistinguishedName issuer) => _lists[issuer];

    /// <summary>The same without some anchors, each of which is a fault.</summary>
    /// <param name="reason">What the fault says.</param>
    public TrustStore Without(Func<Certificate, bool> isRefused, string reason)
    {
        var refused = Anchors.Where(isRefused).ToList();
        return refused.Count == 0 ? this : new TrustStore([.. Anchors.Except(refused)], Certificates, Lists,
            [.. Faults, .. refused.Select(anchor => $"{AnchorsFolder}/: {anchor.Label} {reason}")]);
    }

    public static TrustStore Load(string directory)
    {
        var faults = new List<string>();
        List<Certificate> anchors = [], certificates = [];
        var lists = new List<RevocationList>();
        foreach (var path in Directory.Exists(directory)
            ? Directory.GetFiles(directory, "*", ReadFiles).Order(StringComparer.Ordinal).ToArray() : [])
        {
            var name = Path.GetRelativePath(directory, path);
            var folder = name.Split(Path.DirectorySeparatorChar)[0];
            try
            {
                var fault = folder switch
                {
                    AnchorsFolder => TakeCertificates(TrustFile.Read(File.ReadAllBytes(path)), anchors),
                    CertificatesFolder => TakeCertificates(TrustFile.Read(File.ReadAllBytes(path)), certificates),
                    ListsFolder => TakeLists(TrustFile.Read(File.ReadAllBytes(path)), lists),
                    _ => $"it is not in {AnchorsFolder}/, {CertificatesFolder}/ or {ListsFolder}/",
                };
                if (fault is not null)
                    faults.Add($"{name}: {fault}");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{name}: {fault.Message}");
            }
        }
        return new TrustStore(anchors, certificates, lists, faults);
    }

    private static string? TakeCertificates(TrustFile file, List<Certificate> certificates)
    {
        certificates.AddRange(file.Certificates);
        return file.Fault ?? (file.Lists.Count == 0 ? null
            : $"the revocation list of {file.Lists[0].Label} belongs into {ListsFolder}/");
    }

    private static string? TakeLists(TrustFile file, List<RevocationList> lists)
    {
        lists.AddRange(file.Lists);
        return file.Fault ?? (file.Certificates.Count == 0 ? null
            : $"the certificate {file.Certificates[0].Label} belongs into {AnchorsFolder}/ or {CertificatesFolder}/");
    }
}
