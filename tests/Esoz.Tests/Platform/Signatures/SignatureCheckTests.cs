using System.Text;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;
using Esoz.Platform.Signatures.Keys;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>The whole check: what is accepted, and how each fault is reported.</summary>
public sealed class SignatureCheckTests(SignatureLab lab) : IClassFixture<SignatureLab>
{
    private static readonly string[] Steps = ["container", "signers", "content", "signature", "certificate", "timestamp"];

    [Theory(DisplayName = "A container of either kind of key is accepted, with signer, content and time")]
    [InlineData(LabAlgorithm.Dstu)]
    [InlineData(LabAlgorithm.Ecdsa)]
    public void Accepted(LabAlgorithm algorithm)
    {
        var verdict = lab.Check.Check(lab.Sign(algorithm == LabAlgorithm.Dstu ? lab.Dstu : lab.Ecdsa));

        Assert.Equal(Steps, verdict.Steps.Select(step => step.Name));
        Assert.All(verdict.Steps, step => Assert.True(step.IsPassed, step.Explanation));
        Assert.True(verdict.IsAccepted);
        Assert.Equal(SignatureLab.Content, verdict.SignedBytes);
        Assert.Equal(SignatureLab.Content, verdict.Text);
        Assert.Equal("Медичний висновок", verdict.Json.GetProperty("title").GetString());
        Assert.Equal(("Шевченко Тарас Григорович", "Шевченко", "Тарас Григорович", SignatureLab.Drfo, "12345678"),
            (verdict.Signer!.CommonName, verdict.Signer.Surname, verdict.Signer.GivenName, verdict.Signer.Drfo, verdict.Signer.Edrpou));
        Assert.Equal(SignerMatch.Same, verdict.Signer.Compare(SignatureLab.Drfo));
        Assert.InRange(verdict.StampedAt!.Value, lab.Clock.GetUtcNow().AddMinutes(-1), lab.Clock.GetUtcNow());
        Assert.Equal(verdict.StampedAt, verdict.ClaimedAt);
    }

    [Fact(DisplayName = "No explanation names the signer")]
    public void NoNames()
    {
        var verdict = lab.Check.Check(lab.Sign(lab.Dstu));

        Assert.DoesNotContain(verdict.Steps, step => step.Explanation.Contains("Шевченко", StringComparison.Ordinal)
            || step.Explanation.Contains(SignatureLab.Drfo, StringComparison.Ordinal));
    }

    [Theory(DisplayName = "What is no CMS at all is called by its name, without the words of a parser")]
    [MemberData(nameof(TrustFileTests.Kinds), MemberType = typeof(TrustFileTests))]
    public void Named(string text, string name) =>
        Assert.Equal($"it is {name}, not a CMS", lab.Check.Examine(Encoding.UTF8.GetBytes(text)).Steps[0].Explanation);

    [Fact(DisplayName = "A leading byte order mark and trailing NULs belong to what is signed, but not to the text")]
    public void Trimmed()
    {
        byte[] content = [0xEF, 0xBB, 0xBF, .. SignatureLab.Content, 0, 0];

        var verdict = lab.Check.Check(lab.Authority.Sign(content, lab.Dstu));

        Assert.True(verdict.IsAccepted);
        Assert.Equal(content, verdict.SignedBytes);
        Assert.Equal(SignatureLab.Content, verdict.Text);
    }

    [Theory(DisplayName = "Content that is not JSON is refused as such, before the signature is checked")]
    [InlineData("")]
    [InlineData("Медичний висновок")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1}{}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"\\\u0000":1}""")]
    [InlineData("""{"a":1,}""")]
    public void NotJson(string content)
    {
        var verdict = lab.Check.Check(
            Broken(lab.Authority.Sign(Encoding.UTF8.GetBytes(content), lab.Dstu), tree => Signer(tree).Children[^2].Content[3] ^= 1));

        Assert.Equal(SignatureOutcome.ContentNotJson, verdict.Outcome);
        Assert.Equal(Steps[..3], verdict.Steps.Select(step => step.Name));
    }

    [Fact(DisplayName = "A container within a container is refused: its content is not JSON")]
    public void Layers() =>
        Assert.Equal(SignatureOutcome.ContentNotJson, lab.Check.Check(lab.Authority.Sign(lab.Sign(lab.Dstu), lab.Dstu)).Outcome);

    [Fact(DisplayName = "A time stamp may be missing when none is required; an invalid one is still refused")]
    public void OptionalTimestamp()
    {
        using var signer = KeyPair.Read(lab.Dstu);
        var check = new SignatureCheck(lab.Options with { RequireTimestamp = false }, lab.Trust, lab.Clock);
        var unstamped = ContainerWriter.Sign(SignatureLab.Content, signer, new ContainerForm(), lab.Clock.GetUtcNow());

        Assert.True(check.Check(unstamped).IsAccepted);
        Assert.Null(check.Check(unstamped).StampedAt);
        Assert.Equal(SignatureOutcome.TimestampInvalid, lab.Check.Check(unstamped).Outcome);
        Assert.Equal(SignatureOutcome.TimestampInvalid,
            check.Check(Broken(lab.Sign(lab.Dstu), tree => Token(tree).Find(node => node.Tag == 4 && node.Content.Length == 64)
                .Content[9] ^= 1)).Outcome);
    }

    [Fact(DisplayName =
        "Validity is checked at the time of the stamp: a signature stamped in time stays good after the certificate expires or is revoked; without a stamp it is checked now")]
    public void Times()
    {
        using var ours = new SignatureLab();
        var key = ours.Issue(LabAlgorithm.Dstu);
        using var signer = KeyPair.Read(key);
        using var authority = ours.AuthorityPair(LabAlgorithm.Dstu);
        var stamped = ours.Sign(key);
        var unstamped = ContainerWriter.Sign(SignatureLab.Content, signer, new ContainerForm(), ours.Clock.GetUtcNow());
        var options = ours.Options with { RequireTimestamp = false };
        Assert.True(new SignatureCheck(options, ours.Trust, ours.Clock).Check(unstamped).IsAccepted);

        ours.Clock.Advance(TimeSpan.FromDays(3 * 365));
        Assert.True(new SignatureCheck(options, ours.Trust, ours.Clock).Check(stamped).IsAccepted);
        Assert.Equal(SignatureOutcome.CertificateInvalid, new SignatureCheck(options, ours.Trust, ours.Clock).Check(unstamped).Outcome);

        foreach (var (revokedAfter, expected) in new[] { (TimeSpan.FromDays(1), SignatureOutcome.Accepted),
            (TimeSpan.FromDays(-1), SignatureOutcome.CertificateInvalid) })
        {
            var at = new SignatureCheck(options, ours.Trust, ours.Clock).Check(stamped).ClaimedAt!.Value + revokedAfter;
            var list = CertificateIssuer.Of(authority)
                .IssueList([(signer.Certificate.SerialNumber, at)], ours.Clock.GetUtcNow(), ours.Clock.GetUtcNow().AddDays(1));
            File.WriteAllBytes(Path.Combine(ours.TrustPath, TrustStore.ListsFolder, "newer.crl"), list);
            Assert.Equal(expected, new SignatureCheck(options, new(ours.TrustPath, ours.Clock), ours.Clock).Check(stamped).Outcome);
        }
    }

    [Fact(DisplayName =
        "Certificates that a container leaves out are taken from the trust directory: the authority's of the time stamp, the signer's")]
    public void LeftOut()
    {
        using var ours = new SignatureLab();
        using var signer = KeyPair.Read(ours.Dstu);
        var bare = Broken(ours.Sign(ours.Dstu), tree =>
        {
            Token(tree)[1, 0].Children.RemoveAt(3);
            tree[1, 0].Children.RemoveAt(3);
        });
        Assert.Equal(SignatureOutcome.CertificateInvalid, ours.Check.Check(bare).Outcome);

        File.WriteAllBytes(Path.Combine(ours.TrustPath, TrustStore.CertificatesFolder, "signer.cer"), signer.Certificate.Encoded.Span);
        Assert.True(new SignatureCheck(ours.Options, new(ours.TrustPath, ours.Clock), ours.Clock).Check(bare).IsAccepted);
    }

    [Fact(DisplayName = "Where signatures are not checked the data is the plain content, and need only be JSON")]
    public void Disabled()
    {
        var check = new SignatureCheck(lab.Options with { Enabled = false }, lab.Trust, lab.Clock);

        var verdict = check.Check(SignatureLab.Content);

        Assert.True(verdict.IsAccepted);
        Assert.Equal(["content"], verdict.Steps.Select(step => step.Name));
        Assert.Null(verdict.Signer);
        Assert.Equal(SignatureOutcome.ContentNotJson, check.Check(lab.Sign(lab.Dstu)).Outcome);
    }

    [Fact(DisplayName = "Real containers of other programs: the signature is good; without the time stamp they are refused for that reason")]
    public void Real()
    {
        var at = new FixedClock(new(2018, 10, 23, 0, 0, 0, TimeSpan.Zero));
        using var trust = new TemporaryTrust();
        trust.Add(TrustStore.AnchorsFolder, "SELF_SIGNED1.cer", OfficialData.Read("SELF_SIGNED1.cer"));
        var options = lab.Options with { RequireTimestamp = false };

        var verdict = new SignatureCheck(options, new(trust.Path, at), at).Check(OfficialData.Read("message.p7"));
        Assert.Equal(SignatureOutcome.Accepted, verdict.Outcome);
        Assert.Equal("123", Encoding.ASCII.GetString(verdict.Text.Span));
        Assert.Equal(SignerMatch.Missing, verdict.Signer!.Compare("3126509816"));

        Assert.Equal(SignatureOutcome.TimestampInvalid, new SignatureCheck(lab.Options, new(trust.Path, at), at)
            .Check(OfficialData.Read("message.p7")).Outcome);
        Assert.Equal(SignatureOutcome.CertificateInvalid, lab.Check.Check(OfficialData.Read("message.p7")).Outcome);
        Assert.Equal(SignatureOutcome.ContainerInvalid, lab.Check.Check(OfficialData.Read("message_detached.p7")).Outcome);
        Assert.Equal(SignatureOutcome.ContentNotJson, lab.Check.Check(OfficialData.Read("test_cms.p7s")).Outcome);
    }

    [Fact(DisplayName = "Containers that Bouncy Castle created: the signature is good; without the time stamp they are refused for that reason")]
    public void Made()
    {
        var at = new FixedClock(SignatureVectors.Current);
        using var trust = new TemporaryTrust();
        trust.Add(TrustStore.AnchorsFolder, "signer.cer", SignatureVectors.Read("signer.cer"));
        var options = lab.Options with { RequireTimestamp = false };

        var verdict = new SignatureCheck(options, new(trust.Path, at), at).Check(SignatureVectors.Read("number.p7s"));
        Assert.Equal(SignatureOutcome.Accepted, verdict.Outcome);
        Assert.Equal("123", Encoding.ASCII.GetString(verdict.Text.Span));
        Assert.Equal(SignerMatch.Missing, verdict.Signer!.Compare("3126509816"));

        Assert.Equal(SignatureOutcome.TimestampInvalid, new SignatureCheck(lab.Options, new(trust.Path, at), at)
            .Check(SignatureVectors.Read("number.p7s")).Outcome);
        Assert.Equal(SignatureOutcome.CertificateInvalid, lab.Check.Check(SignatureVectors.Read("number.p7s")).Outcome);
        Assert.Equal(SignatureOutcome.ContainerInvalid, lab.Check.Check(SignatureVectors.Read("number-detached.p7s")).Outcome);
        Assert.Equal(SignatureOutcome.ContentNotJson, lab.Check.Check(SignatureVectors.Read("text.p7s")).Outcome);
    }

    public static TheoryData<string, SignatureOutcome> Variants => new(Bent.Select(it => (it.Key, it.Value.Outcome)));

    [Theory(DisplayName = "A container that was tampered with is refused, with the reason")]
    [MemberData(nameof(Variants))]
    public void Tampered(string what, SignatureOutcome expected)
    {
        foreach (var key in new[] { lab.Dstu, lab.Ecdsa })
        {
            var container = Bent[what].Bend(lab, lab.Sign(key));
            // A separate trust directory, which has not read the revocation lists before.
            var verdict = new SignatureCheck(lab.Options, new(lab.TrustPath, lab.Clock), lab.Clock).Check(container);

            Assert.Equal((what, expected), (what, verdict.Outcome));
            Assert.False(verdict.Steps[^1].IsPassed);
            Assert.All(verdict.Steps.SkipLast(1), step => Assert.True(step.IsPassed));
        }
    }

    private static readonly Dictionary<string, (SignatureOutcome Outcome, Func<SignatureLab, byte[], byte[]> Bend)> Bent = new()
    {
        ["nothing at all"] = (SignatureOutcome.ContainerInvalid, (_, _) => []),
        ["plain JSON"] = (SignatureOutcome.ContainerInvalid, (_, _) => SignatureLab.Content),
        ["the last byte is missing"] = (SignatureOutcome.ContainerInvalid, (_, it) => it[..^1]),
        ["a byte follows"] = (SignatureOutcome.ContainerInvalid, (_, it) => [.. it, 0]),
        ["base64 instead of bytes"] = (SignatureOutcome.ContainerInvalid, (_, it) => Encoding.ASCII.GetBytes(Convert.ToBase64String(it))),
        ["another kind of CMS"] = (SignatureOutcome.ContainerInvalid, (_, it) => Broken(it, tree => tree.Children[0].Content[^1] = 3)),
        ["the container does not include the content"] = (SignatureOutcome.ContainerInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 2].Children.RemoveAt(1))),
        ["the content is no octet string"] = (SignatureOutcome.ContainerInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 2, 1, 0].Tag = 12)),
        ["the content is of another type"] = (SignatureOutcome.ContainerInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 2, 0].Content[^1] = 6)),
        ["the version is no number"] = (SignatureOutcome.ContainerInvalid, (_, it) => Broken(it, tree => tree[1, 0, 0].Tag = 5)),
        ["the certificate is broken"] = (SignatureOutcome.ContainerInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 3, 0].Children.RemoveAt(2))),
        ["there are seventeen certificates"] = (SignatureOutcome.ContainerInvalid, (_, it) => Broken(it, tree =>
            tree[1, 0, 3].Children.AddRange(Enumerable.Range(0, 16).Select(_ => tree[1, 0, 3, 0].Clone())))),
        ["there is no signer"] = (SignatureOutcome.CountInvalid, (_, it) => Broken(it, tree => tree[1, 0].Children[^1].Children.Clear())),
        ["there are two signers"] = (SignatureOutcome.CountInvalid,
            (_, it) => Broken(it, tree => tree[1, 0].Children[^1].Children.Add(Signer(tree).Clone()))),
        ["there are two signers, the second of them broken"] = (SignatureOutcome.CountInvalid, (_, it) => Broken(it, tree =>
            tree[1, 0].Children[^1].Children.Add(AsnTree.Primitive(4, 1)))),
        ["the content is cut"] = (SignatureOutcome.ContentNotJson,
            (_, it) => Broken(it, tree => tree[1, 0, 2, 1, 0].Content = tree[1, 0, 2, 1, 0].Content[..^1])),
        ["the content is not UTF-8"] = (SignatureOutcome.ContentNotJson,
            (_, it) => Broken(it, tree => tree[1, 0, 2, 1, 0].Content[8] = 0xFF)),
        ["a digit of the content is another"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 2, 1, 0].Content[8] ^= 1)),
        ["white space was added to the content"] = (SignatureOutcome.SignatureInvalid, (_, it) => Broken(it, tree =>
            tree[1, 0, 2, 1, 0].Content = [.. tree[1, 0, 2, 1, 0].Content, (byte)' '])),
        ["the signer's digest is another"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Attribute(tree, AttributeTable.MessageDigest)[1, 0].Content[0] ^= 1)),
        ["there are no signed attributes"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children.RemoveAt(3))),
        ["the claimed time is another"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Attribute(tree, AttributeTable.SigningTime)[1, 0].Content[1] ^= 1)),
        ["the claimed time is none"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Attribute(tree, AttributeTable.SigningTime)[1, 0].Content[1] = (byte)'x')),
        ["the digest algorithm is SHA-1"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children[2].Children[0] = AsnTree.Oid("1.3.14.3.2.26"))),
        ["the signature algorithm is not the key's"] = (SignatureOutcome.SignatureInvalid, (_, it) => Broken(it, tree =>
            Signer(tree).Children[4].Children[0] = AsnTree.Oid("1.2.840.113549.1.1.11"))),
        ["a bit of the signature value is another"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children[5].Content[20] ^= 1)),
        ["the signature value is empty"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children[5].Content = [])),
        ["the signature value is zero"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children[5].Content = new byte[64])),
        ["the signature value is long"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => Signer(tree).Children[5].Content = new byte[5000])),
        ["the signature value is another signer's"] = (SignatureOutcome.SignatureInvalid, (lab, it) =>
            Broken(it, tree => Signer(tree).Children[5].Content = Signer(AsnTree.Parse(lab.Sign(lab.Issue(LabAlgorithm.Dstu))))
                .Children[5].Content)),
        ["attributes were signed without a content type"] = (SignatureOutcome.SignatureInvalid,
            (lab, it) => Resigned(lab, it, attributes => attributes.RemoveAll(a => a[0].Is(AttributeTable.ContentType)))),
        ["attributes were signed without a digest"] = (SignatureOutcome.SignatureInvalid,
            (lab, it) => Resigned(lab, it, attributes => attributes.RemoveAll(a => a[0].Is(AttributeTable.MessageDigest)))),
        ["attributes were signed with two digests"] = (SignatureOutcome.SignatureInvalid, (lab, it) => Resigned(lab, it, attributes =>
            attributes.Add(attributes.Find(a => a[0].Is(AttributeTable.MessageDigest))!.Clone()))),
        ["attributes were signed that name another certificate"] = (SignatureOutcome.SignatureInvalid,
            (lab, it) => Resigned(lab, it, attributes =>
            attributes.Find(a => a[0].Is(AttributeTable.SigningCertificate))![1, 0, 0, 0, 1].Content[5] ^= 1)),
        ["attributes were signed for another type of content"] = (SignatureOutcome.SignatureInvalid,
            (lab, it) => Resigned(lab, it, attributes =>
            attributes.Find(a => a[0].Is(AttributeTable.ContentType))![1, 0].Content[^1] = 2)),
        ["a bit of the certificate's key is another"] = (SignatureOutcome.SignatureInvalid,
            (_, it) => Broken(it, tree => tree[1, 0, 3, 0, 0, 6, 1].Content[12] ^= 1)),
        ["the certificate is missing"] = (SignatureOutcome.CertificateInvalid,
            (_, it) => Broken(it, tree => tree[1, 0].Children.RemoveAt(3))),
        ["the certificate is an authority's of the same name"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) => Signed(lab, ForeignAuthority(lab), it => it)),
        ["the certificate ran out"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) => lab.Sign(lab.Issue(LabAlgorithm.Dstu, isExpired: true))),
        ["the certificate is not valid yet"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) =>
            Signed(lab, lab.AuthorityPair(LabAlgorithm.Dstu),
                it => it with { NotBefore = it.NotBefore.AddDays(1.5), NotAfter = it.NotAfter.AddDays(1) })),
        ["the certificate was revoked"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) => lab.Sign(lab.Issue(LabAlgorithm.Dstu, isRevoked: true))),
        ["the signer signed for an authority that is none"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) => Signed(lab, KeyPair.Read(lab.Dstu), it => it)),
        ["the certificate is an authority's, not for signing"] = (SignatureOutcome.CertificateInvalid,
            (lab, _) => Signed(lab, lab.AuthorityPair(LabAlgorithm.Dstu), it => it with { Kind = CertificateKind.Authority })),
        ["there is no time stamp"] = (SignatureOutcome.TimestampInvalid, (_, it) => Broken(it, tree => Signer(tree).Children.RemoveAt(6))),
        ["the time stamp is another container's"] = (SignatureOutcome.TimestampInvalid, (lab, it) =>
            Broken(it, tree => Signer(tree).Children[6] = Signer(AsnTree.Parse(lab.Sign(lab.Dstu))).Children[6])),
        ["there are five time stamps"] = (SignatureOutcome.TimestampInvalid, (_, it) => Broken(it, tree =>
            Signer(tree)[6, 0, 1].Children.AddRange(Enumerable.Range(0, 4).Select(_ => Token(tree).Clone())))),
        ["the time stamp is no token"] = (SignatureOutcome.TimestampInvalid,
            (_, it) => Broken(it, tree => Signer(tree)[6, 0, 1].Children[0] = AsnTree.Primitive(5))),
        ["the time stamp states another time"] = (SignatureOutcome.TimestampInvalid, (_, it) => Broken(it, tree =>
            Token(tree)[1, 0, 2, 1, 0].Content[^3] ^= 1)),
        ["the time stamp has no signer"] = (SignatureOutcome.TimestampInvalid,
            (_, it) => Broken(it, tree => Token(tree)[1, 0].Children[^1].Children.Clear())),
        ["the signer stamped the time"] = (SignatureOutcome.TimestampInvalid,
            (lab, _) => Stamped(lab, KeyPair.Read(lab.Dstu), lab.Clock.GetUtcNow())),
        ["the time stamp is in the future"] = (SignatureOutcome.TimestampInvalid, (lab, _) =>
            Stamped(lab, lab.TimestampPair(LabAlgorithm.Dstu), lab.Clock.GetUtcNow().AddHours(1))),
        ["the authority of the time stamp is not known"] = (SignatureOutcome.TimestampInvalid, (lab, _) =>
            Stamped(lab, lab.IssueBy(ForeignAuthority(lab), it => it with { Kind = CertificateKind.TimestampAuthority }),
                lab.Clock.GetUtcNow())),
    };

    private static byte[] Broken(byte[] container, Action<AsnTree> bend)
    {
        var tree = AsnTree.Parse(container);
        bend(tree);
        return tree.Encode();
    }

    private static AsnTree Signer(AsnTree tree) => tree[1, 0].Children[^1].Children[0];

    private static AsnTree Token(AsnTree tree) => Signer(tree)[6, 0, 1, 0];

    private static AsnTree Attribute(AsnTree tree, string oid) => Signer(tree).Children[3].Sequence(oid);

    /// <summary>Signed again over other attributes, by the key of the container, with a time stamp of the new signature.</summary>
    private static byte[] Resigned(SignatureLab lab, byte[] container, Action<List<AsnTree>> bend)
    {
        var isDstu = SignedData.Read(container).Certificates[0].Key is DstuVerificationKey;
        using var signer = KeyPair.Read(isDstu ? lab.Dstu : lab.Ecdsa);
        using var stamp = lab.TimestampPair(isDstu ? LabAlgorithm.Dstu : LabAlgorithm.Ecdsa);
        return Broken(container, tree =>
        {
            var attributes = Signer(tree).Children[3];
            bend(attributes.Children);
            attributes.Tag = 0x31;
            var signature = signer.Key.Sign(attributes.Encode(), SignatureForm.Bare);
            attributes.Tag = 0xA0;
            Signer(tree).Children[5].Content = signature;
            Signer(tree)[6, 0, 1].Children[0] = AsnTree.Parse(ContainerWriter.Stamp(signature, stamp, lab.Clock.GetUtcNow()));
        });
    }

    private static byte[] Signed(SignatureLab lab, KeyPair authority, Func<CertificateRequest, CertificateRequest> vary)
    {
        using var signer = lab.IssueBy(authority, vary);
        using var stamp = lab.TimestampPair(LabAlgorithm.Dstu);
        return ContainerWriter.Sign(SignatureLab.Content, signer, stamp, lab.Clock.GetUtcNow());
    }

    private static byte[] Stamped(SignatureLab lab, KeyPair authority, DateTimeOffset at)
    {
        using var signer = KeyPair.Read(lab.Dstu);
        using (authority)
            return ContainerWriter.Sign(SignatureLab.Content, signer, authority, at);
    }

    /// <summary>An authority with the name of the real one but another key.</summary>
    private static KeyPair ForeignAuthority(SignatureLab lab)
    {
        using var real = lab.AuthorityPair(LabAlgorithm.Dstu);
        var key = SigningKey.Create(LabAlgorithm.Dstu);
        return CertificateIssuer.SelfSigned(key, new CertificateRequest
        {
            Kind = CertificateKind.Authority,
            CommonName = real.Certificate.Subject.Find(DistinguishedName.ByCommonName)!,
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = real.Certificate.NotBefore,
            NotAfter = real.Certificate.NotAfter,
        });
    }
}
