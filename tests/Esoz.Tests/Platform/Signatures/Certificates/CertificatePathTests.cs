using Esoz.Platform.Signatures.Certificates;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Platform.Signatures.Certificates;

/// <summary>Which chains lead to an anchor, and at what time.</summary>
public sealed class CertificatePathTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly KeyPair _root = SelfSigned("root");

    [Fact(DisplayName =
        "The real authority has a chain to the real root while both were valid, with the root as anchor; not before, not after, and not without it")]
    public void Real()
    {
        var (root, authority) = (OfficialData.ReadCertificate("CZOROOT.cer"), OfficialData.ReadCertificate("CA-Justice.cer"));
        var trust = new TrustStore([root], [], [], []);

        Assert.Null(new CertificatePath(trust, [], RevocationMode.None, At(2018)).Fault(authority));
        Assert.Contains("is valid from 2015-12-18", new CertificatePath(trust, [], RevocationMode.None, At(2014)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains("is valid from 2015-12-18", new CertificatePath(trust, [], RevocationMode.None, At(2021)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains("is unknown", new CertificatePath(new([], [], [], []), [root], RevocationMode.None, At(2018)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains(
            "no revocation list", new CertificatePath(trust, [], RevocationMode.Crl, At(2018)).Fault(authority)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "The revocation lists of the test PKI verify with its authority, and a certificate in neither of them is good while they are current")]
    public void TestPki()
    {
        var root = OfficialData.ReadPkiCertificate("root_certificate.cer");
        var lists = new[] { "full.crl", "delta.crl" }.Select(name => RevocationList.Read(OfficialData.ReadPki(name))).ToList();
        Assert.All(lists, list => Assert.True(list.IsSignedBy(root)));
        Assert.Equal([(false, 5), (true, 5)], lists.Select(list => (list.IsDelta, list.Revoked.Count)));
        var trust = new TrustStore([root], [], lists, []);

        var user = OfficialData.ReadPkiCertificate("userfiz_certificate.cer");
        Assert.Null(new CertificatePath(trust, [], RevocationMode.Crl, new(2016, 9, 27, 0, 0, 0, TimeSpan.Zero)).Fault(user));
        Assert.Contains("no revocation list", new CertificatePath(trust, [], RevocationMode.Crl, new(2016, 10, 4, 0, 0, 0, TimeSpan.Zero))
            .Fault(user)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "An authority that Bouncy Castle created has a chain to its root while both are valid; not before, not after, and not without it")]
    public void Made()
    {
        var (root, authority) = (SignatureVectors.ReadCertificate("root-m431.cer"), SignatureVectors.ReadCertificate("authority-m257.cer"));
        var trust = new TrustStore([root], [], [], []);

        Assert.Null(new CertificatePath(trust, [], RevocationMode.None, At(2023)).Fault(authority));
        Assert.Contains("is valid from 2021-01-01", new CertificatePath(trust, [], RevocationMode.None, At(2020)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains("is valid from 2021-01-01", new CertificatePath(trust, [], RevocationMode.None, At(2027)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains("is unknown", new CertificatePath(new([], [], [], []), [root], RevocationMode.None, At(2023)).Fault(authority)!,
            StringComparison.Ordinal);
        Assert.Contains(
            "no revocation list", new CertificatePath(trust, [], RevocationMode.Crl, At(2023)).Fault(authority)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "The revocation lists that Bouncy Castle created verify with their authority, and a certificate in neither of them is good while they are current")]
    public void MadeLists()
    {
        var root = SignatureVectors.ReadCertificate("persons-authority.cer");
        var lists = new[] { "full.crl", "delta.crl" }.Select(name => RevocationList.Read(SignatureVectors.Read(name))).ToList();
        Assert.All(lists, list => Assert.True(list.IsSignedBy(root)));
        Assert.All(lists, list => Assert.False(list.IsSignedBy(SignatureVectors.ReadCertificate("signer.cer"))));
        Assert.Equal([(false, 5), (true, 5)], lists.Select(list => (list.IsDelta, list.Revoked.Count)));
        var trust = new TrustStore([root], [], lists, []);

        var user = SignatureVectors.ReadCertificate("person.cer");
        Assert.Null(new CertificatePath(trust, [], RevocationMode.Crl, SignatureVectors.Current).Fault(user));
        Assert.Contains("no revocation list", new CertificatePath(trust, [], RevocationMode.Crl, SignatureVectors.Later).Fault(user)!,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "A chain may use authorities of the container or the trust directory; a root in the container is not an anchor")]
    public void Links()
    {
        var middle = Issue(_root, CertificateKind.Authority, "middle");
        var leaf = Issue(middle, CertificateKind.Signer, "leaf").Certificate;

        Assert.Null(Path([], middle.Certificate).Fault(leaf));
        Assert.Null(new CertificatePath(new([_root.Certificate], [middle.Certificate], [], []), [], RevocationMode.None, Now).Fault(leaf));
        Assert.NotNull(Path([]).Fault(leaf));
        Assert.NotNull(
            new CertificatePath(new([], [], [], []), [middle.Certificate, _root.Certificate], RevocationMode.None, Now).Fault(leaf));
        Assert.Null(new CertificatePath(new([leaf], [], [], []), [], RevocationMode.None, Now).Fault(leaf));
    }

    [Fact(DisplayName = "The report on an authority says why its certificates are not trusted: validity, chain, key usage or revocation list")]
    public void Issuers()
    {
        var (root, user) = (SignatureVectors.ReadCertificate("persons-authority.cer"), SignatureVectors.ReadCertificate("person.cer"));
        var list = RevocationList.Read(SignatureVectors.Read("full.crl"));
        var (current, later) = (SignatureVectors.Current, SignatureVectors.Later);

        Assert.Null(new CertificatePath(new([root], [], [list], []), [], RevocationMode.Crl, current).FaultOfIssuer(root));
        Assert.Contains("no revocation list", new CertificatePath(new([root], [], [list], []), [], RevocationMode.Crl, later)
            .FaultOfIssuer(root)!, StringComparison.Ordinal);
        Assert.Contains("no revocation list", new CertificatePath(new([root], [], [], []), [], RevocationMode.Crl, current)
            .FaultOfIssuer(root)!, StringComparison.Ordinal);
        Assert.Null(new CertificatePath(new([root], [], [], []), [], RevocationMode.None, later).FaultOfIssuer(root));
        Assert.Contains("is valid from", new CertificatePath(new([root], [], [list], []), [], RevocationMode.None, At(2100))
            .FaultOfIssuer(root)!, StringComparison.Ordinal);
        Assert.Contains("must not issue", new CertificatePath(new([user], [], [], []), [], RevocationMode.None, current)
            .FaultOfIssuer(user)!, StringComparison.Ordinal);

        var middle = Issue(_root, CertificateKind.Authority, "middle").Certificate;
        Assert.Null(new CertificatePath(new([_root.Certificate], [middle], [], []), [], RevocationMode.None, Now).FaultOfIssuer(middle));
        Assert.Contains("is unknown", new CertificatePath(new([], [middle], [], []), [], RevocationMode.None, Now).FaultOfIssuer(middle)!,
            StringComparison.Ordinal);
        Assert.Contains("no revocation list", new CertificatePath(new([_root.Certificate], [middle], [], []), [], RevocationMode.Crl, Now)
            .FaultOfIssuer(middle)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The longest chain has five certificates")]
    public void Length()
    {
        var chain = new List<KeyPair> { _root };
        for (var i = 0; i < 5; i++)
            chain.Add(Issue(chain[^1], CertificateKind.Authority, $"authority {i}"));
        var offered = chain.Select(pair => pair.Certificate).ToArray();

        Assert.Null(Path([], offered).Fault(Issue(chain[3], CertificateKind.Signer, "leaf").Certificate));
        Assert.Contains("longer than 5", Path([], offered).Fault(Issue(chain[4], CertificateKind.Signer, "leaf").Certificate)!,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A certificate that is not an authority cannot issue others, even as an anchor")]
    public void NoAuthority()
    {
        var signer = Issue(_root, CertificateKind.Signer, "signer");
        var leaf = Issue(signer, CertificateKind.Signer, "leaf").Certificate;

        Assert.Contains("must not issue", Path([], signer.Certificate).Fault(leaf)!, StringComparison.Ordinal);
        Assert.Contains("must not issue", new CertificatePath(new([signer.Certificate], [], [], []), [], RevocationMode.None, Now)
            .Fault(leaf)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An authority with an exhausted path length cannot issue further authorities")]
    public void PathLength()
    {
        var first = Issue(_root, CertificateKind.Authority, "first");
        var second = Issue(first, CertificateKind.Authority, "second");
        var narrow = SignedAgain(_root, first, tree => Extension(tree, "2.5.29.19").Content = [0x30, 6, 1, 1, 0xFF, 2, 1, 0]);

        Assert.Null(Path([], narrow).Fault(Issue(first, CertificateKind.Signer, "leaf").Certificate));
        Assert.Contains("must not issue", Path([], narrow, second.Certificate)
            .Fault(Issue(second, CertificateKind.Signer, "leaf").Certificate)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An authority without the key usage keyCertSign cannot issue certificates")]
    public void Usage()
    {
        var authority = Issue(_root, CertificateKind.Authority, "authority");
        var weak = SignedAgain(_root, authority, tree => Extension(tree, "2.5.29.15").Content = [3, 2, 1, 0x02]);

        Assert.Contains(
            "must not issue", Path([], weak).Fault(Issue(authority, CertificateKind.Signer, "leaf").Certificate)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An unknown critical extension makes a certificate invalid")]
    public void Critical()
    {
        var signer = Issue(_root, CertificateKind.Signer, "signer");
        var constrained = SignedAgain(_root, signer, tree => tree[0, 7, 0]
            .Children.Add(AsnTree.Parse(new byte[] { 0x30, 0x0C, 6, 3, 0x55, 0x1D, 0x1E, 1, 1, 0xFF, 4, 2, 0x30, 0 })));

        Assert.Contains("critical extension 2.5.29.30", Path([]).Fault(constrained)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A certificate is revoked from the time stated in the list")]
    public void Revoked()
    {
        var leaf = Issue(_root, CertificateKind.Signer, "leaf").Certificate;
        var list = List(_root, Now.AddDays(1), (leaf, Now));

        Assert.Contains("was revoked on 2026-03-01 12:00:00Z", Path([list]).Fault(leaf)!, StringComparison.Ordinal);
        Assert.Null(new CertificatePath(new([_root.Certificate], [], [list], []), [], RevocationMode.Crl, Now.AddSeconds(-1)).Fault(leaf));
        Assert.Null(new CertificatePath(new([_root.Certificate], [], [list], []), [], RevocationMode.None, Now).Fault(leaf));
    }

    [Fact(DisplayName = "The certificates of a revoked authority are refused")]
    public void RevokedAuthority()
    {
        var middle = Issue(_root, CertificateKind.Authority, "middle");
        var leaf = Issue(middle, CertificateKind.Signer, "leaf").Certificate;
        var middleList = List(middle, Now.AddDays(1));

        Assert.Null(Path([List(_root, Now.AddDays(1)), middleList], middle.Certificate).Fault(leaf));
        Assert.Contains("was revoked", Path([List(_root, Now.AddDays(1), (middle.Certificate, Now)), middleList], middle.Certificate)
            .Fault(leaf)!, StringComparison.Ordinal);
        Assert.Contains(
            "no revocation list", Path([List(_root, Now.AddDays(1))], middle.Certificate).Fault(leaf)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A list that expired, or that was not signed by the issuer, is not used")]
    public void NoList()
    {
        var leaf = Issue(_root, CertificateKind.Signer, "leaf").Certificate;

        Assert.Null(Path([List(_root, Now)]).Fault(leaf));
        Assert.Contains("no revocation list", Path([List(_root, Now.AddSeconds(-1))]).Fault(leaf)!, StringComparison.Ordinal);
        Assert.Contains("no revocation list", Path([List(SelfSigned("root"), Now.AddDays(1))]).Fault(leaf)!, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A complete list that names its delta needs a current one: a warning or a refusal, as the setting says")]
    public void NamedDelta()
    {
        var leaf = Issue(_root, CertificateKind.Signer, "leaf").Certificate;
        var complete = List(_root, 5, null, Now.AddDays(1));
        var plain = List(_root, Now.AddDays(1));
        var current = List(_root, 6, 5, Now.AddHours(1));
        var expired = List(_root, 6, 5, Now.AddHours(-1));
        var ofLaterList = List(_root, 8, 7, Now.AddHours(1));

        foreach (var lists in new RevocationList[][] { [complete], [complete, expired], [complete, ofLaterList] })
        {
            var lenient = Path(lists);
            Assert.Null(lenient.Fault(leaf));
            Assert.Contains("no delta list of 'root' is current", Assert.Single(lenient.Warnings), StringComparison.Ordinal);
            Assert.Contains("no delta list of 'root' is current", Strict(lists).Fault(leaf)!, StringComparison.Ordinal);
            Assert.Contains("no delta list of 'root' is current", Strict(lists).FaultOfIssuer(_root.Certificate)!, StringComparison.Ordinal);
        }
        foreach (var lists in new RevocationList[][] { [plain], [complete, current], [complete, expired, current] })
        {
            Assert.Null(Strict(lists).Fault(leaf));
            Assert.Empty(Path(lists).Warnings);
            Assert.Null(Strict(lists).FaultOfIssuer(_root.Certificate));
        }
    }

    [Fact(DisplayName = "A certificate that is revoked only in the delta list is refused")]
    public void RevokedInDelta()
    {
        var leaf = Issue(_root, CertificateKind.Signer, "leaf").Certificate;
        var complete = List(_root, 5, null, Now.AddDays(1));

        Assert.Null(Path([complete]).Fault(leaf));
        Assert.Contains(
            "was revoked", Path([complete, List(_root, 6, 5, Now.AddHours(1), (leaf, Now))]).Fault(leaf)!, StringComparison.Ordinal);
        // An expired delta list is still right about what it names.
        Assert.Contains(
            "was revoked", Path([complete, List(_root, 6, 5, Now.AddHours(-1), (leaf, Now.AddHours(-2)))]).Fault(leaf)!,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Only a few of many authorities with the same name are tried")]
    public void ManyCandidates()
    {
        var middle = Issue(_root, CertificateKind.Authority, "middle");
        var leaf = Issue(middle, CertificateKind.Signer, "leaf").Certificate;
        var crowd = Enumerable.Range(0, 15).Select(_ => WithoutKeyIds(_root, Issue(_root, CertificateKind.Authority, "middle"))).ToArray();

        Assert.NotNull(
            Path([], [.. crowd, middle.Certificate]).Fault(WithoutKeyIds(middle, Issue(middle, CertificateKind.Signer, "leaf"))));
        // The right one is found directly by its key identifier.
        Assert.Null(Path([], [.. crowd.Select(_ => Issue(_root, CertificateKind.Authority, "middle").Certificate), middle.Certificate])
            .Fault(leaf));
    }

    private CertificatePath Path(RevocationList[] lists, params Certificate[] offered) =>
        new(new([_root.Certificate], [], lists, []), offered, lists.Length == 0 ? RevocationMode.None : RevocationMode.Crl, Now);

    private CertificatePath Strict(RevocationList[] lists) =>
        new(new([_root.Certificate], [], lists, []), [], RevocationMode.Crl, Now, DeltaMode.Require);

    /// <summary>A numbered list; complete ones name their delta.</summary>
    private static RevocationList List(KeyPair authority, int number, int? baseNumber, DateTimeOffset nextUpdate,
        params (Certificate Certificate, DateTimeOffset At)[] revoked) => RevocationList.Read(
        CertificateIssuer.Of(authority).IssueList(
            revoked.Select(it => (it.Certificate.SerialNumber, it.At)), Now.AddHours(baseNumber is null ? -5 : -4), nextUpdate,
            new ListForm(number, baseNumber, NamesDelta: baseNumber is null)));

    private static DateTimeOffset At(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static KeyPair SelfSigned(string name)
    {
        var key = SigningKey.Create(LabAlgorithm.Dstu);
        return CertificateIssuer.SelfSigned(key, Request(CertificateKind.Authority, name, key));
    }

    private static KeyPair Issue(KeyPair authority, CertificateKind kind, string name)
    {
        var key = SigningKey.Create(LabAlgorithm.Dstu);
        return new(key, CertificateIssuer.Of(authority).Issue(Request(kind, name, key)));
    }

    private static CertificateRequest Request(CertificateKind kind, string name, SigningKey key) => new()
    {
        Kind = kind,
        CommonName = name,
        SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
        NotBefore = Now.AddDays(-10),
        NotAfter = Now.AddDays(10),
    };

    private static RevocationList List(KeyPair authority, DateTimeOffset nextUpdate,
        params (Certificate Certificate, DateTimeOffset At)[] revoked) => RevocationList.Read(
        CertificateIssuer.Of(authority)
        .IssueList(revoked.Select(it => (it.Certificate.SerialNumber, it.At)), nextUpdate.AddDays(-2), nextUpdate));

    /// <summary>The certificate after a modification, signed again.</summary>
    private static Certificate SignedAgain(KeyPair authority, KeyPair pair, Action<AsnTree> bend)
    {
        var tree = AsnTree.Parse(pair.Certificate.Encoded);
        bend(tree);
        tree[2].Content = [0, .. authority.Key.Sign(tree[0].Encode(), Esoz.Platform.Signatures.Keys.SignatureForm.Wrapped)];
        return Certificate.Read(tree.Encode());
    }

    private static Certificate WithoutKeyIds(KeyPair authority, KeyPair pair) =>
        SignedAgain(authority, pair, tree => tree[0, 7, 0]
            .Children.RemoveAll(extension => extension[0].Is("2.5.29.14") || extension[0].Is("2.5.29.35")));

    private static AsnTree Extension(AsnTree certificate, string oid) => certificate[0, 7].Sequence(oid).Children[^1];
}
