using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>
/// Time stamps of the signature and of the content: which of them suffice, and at what time the certificate must be valid.
/// </summary>
public sealed class TimestampTests(SignatureLab lab) : IClassFixture<SignatureLab>
{
    [Theory(DisplayName = "A stamp of the signature, of the content, or both satisfy the requirement of a time stamp")]
    [InlineData(LabAlgorithm.Dstu, LabStamps.Signature, "good: signature time stamp of ")]
    [InlineData(LabAlgorithm.Dstu, LabStamps.Content, "good: content time stamp of ")]
    [InlineData(LabAlgorithm.Dstu, LabStamps.Both, "good: signature time stamp of ")]
    [InlineData(LabAlgorithm.Ecdsa, LabStamps.Content, "good: content time stamp of ")]
    public void Suffices(LabAlgorithm algorithm, LabStamps stamps, string explanation)
    {
        var verdict = lab.Check.Check(
            lab.Authority.Sign(SignatureLab.Content, algorithm == LabAlgorithm.Dstu ? lab.Dstu : lab.Ecdsa, stamps));

        Assert.True(verdict.IsAccepted, verdict.Steps[^1].Explanation);
        Assert.StartsWith(explanation, verdict.Steps[^1].Explanation, StringComparison.Ordinal);
        Assert.InRange(verdict.StampedAt!.Value, lab.Clock.GetUtcNow().AddMinutes(-1), lab.Clock.GetUtcNow());
    }

    [Fact(DisplayName = "No stamp at all is refused where one is required")]
    public void None()
    {
        var container = lab.Authority.Sign(SignatureLab.Content, lab.Dstu, LabStamps.None);

        Assert.Equal(SignatureOutcome.TimestampInvalid, lab.Check.Check(container).Outcome);
        Assert.True(Lenient(lab).Check(container).IsAccepted);
    }

    [Theory(DisplayName = "A stamp that proves nothing is refused, whether one is required or not, and beside a good one of the other kind")]
    [InlineData("content", "other data", "it is a stamp of other data")]
    [InlineData("content", "unknown authority", "is unknown")]
    [InlineData("content", "signer", "must not be used for time stamps")]
    [InlineData("content", "future", "it is in the future")]
    [InlineData("signature", "other data", "it is a stamp of other data")]
    [InlineData("signature", "unknown authority", "is unknown")]
    [InlineData("signature", "signer", "must not be used for time stamps")]
    public void ProvesNothing(string kind, string fault, string reason)
    {
        using var signer = KeyPair.Read(lab.Dstu);
        using var good = lab.TimestampPair(LabAlgorithm.Dstu);
        using var foreign = Foreign();
        var authority = fault switch { "unknown authority" => foreign, "signer" => signer, _ => good };
        var other = fault == "other data" ? "{}"u8.ToArray() : null;
        var at = fault == "future" ? lab.Clock.GetUtcNow().AddHours(1) : default(DateTimeOffset?);
        ContainerForm bad = kind == "content"
            ? new() { ContentStamps = [authority], StampedContent = other, StampedAt = at }
            : new() { SignatureStamps = [authority], StampedSignature = other };
        var beside = kind == "content" ? bad with { SignatureStamps = [good], StampedAt = null } : bad with { ContentStamps = [good] };

        foreach (var form in fault == "future" ? [bad] : new[] { bad, beside })
        {
            var container = ContainerWriter.Sign(SignatureLab.Content, signer, form, lab.Clock.GetUtcNow());
            foreach (var check in new[] { lab.Check, Lenient(lab) })
            {
                var verdict = check.Check(container);
                Assert.Equal(SignatureOutcome.TimestampInvalid, verdict.Outcome);
                Assert.StartsWith($"{kind} time stamp: ", verdict.Steps[^1].Explanation, StringComparison.Ordinal);
                Assert.Contains(reason, verdict.Steps[^1].Explanation, StringComparison.Ordinal);
                Assert.Null(verdict.StampedAt is { } stamped && form == bad ? stamped : default(DateTimeOffset?));
            }
        }
    }

    [Fact(DisplayName = "With a stamp of the content alone the certificate must be good at the stamp and now: one that was revoked or ran out since is refused")]
    public void Now()
    {
        using var ours = new SignatureLab();
        using var signer = KeyPair.Read(ours.Dstu);
        using var stamp = ours.TimestampPair(LabAlgorithm.Dstu);
        using var authority = ours.AuthorityPair(LabAlgorithm.Dstu);
        var byContent = ours.Authority.Sign(SignatureLab.Content, ours.Dstu, LabStamps.Content);
        var bySignature = ours.Authority.Sign(SignatureLab.Content, ours.Dstu);
        var beforeItsLife = ContainerWriter.Sign(SignatureLab.Content, signer,
            new ContainerForm { ContentStamps = [stamp], StampedAt = signer.Certificate.NotBefore.AddDays(-1) }, ours.Clock.GetUtcNow());
        Assert.True(ours.Check.Check(byContent).IsAccepted);
        Assert.Contains("is valid from", Explanation(ours.Check.Check(beforeItsLife)), StringComparison.Ordinal);

        ours.Clock.Advance(TimeSpan.FromDays(2));
        File.WriteAllBytes(Path.Combine(ours.TrustPath, TrustStore.ListsFolder, "newer.crl"), CertificateIssuer.Of(authority).IssueList(
            [(signer.Certificate.SerialNumber, ours.Clock.GetUtcNow().AddDays(-1))], ours.Clock.GetUtcNow(),
            ours.Clock.GetUtcNow().AddDays(900)));
        var check = new SignatureCheck(ours.Options, new(ours.TrustPath, ours.Clock), ours.Clock);
        Assert.True(check.Check(bySignature).IsAccepted);
        Assert.Contains("was revoked", Explanation(check.Check(byContent)), StringComparison.Ordinal);

        ours.Clock.Advance(TimeSpan.FromDays(800));
        Assert.True(check.Check(bySignature).IsAccepted);
        Assert.Contains("is valid from", Explanation(check.Check(byContent)), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Of several stamps of the signature any one that proves something suffices; five are too many")]
    public void Several()
    {
        using var signer = KeyPair.Read(lab.Dstu);
        using var good = lab.TimestampPair(LabAlgorithm.Dstu);
        using var foreign = Foreign();
        SignatureVerdict With(params KeyPair[] stamps) => lab.Check.Check(ContainerWriter.Sign(
            SignatureLab.Content, signer, new ContainerForm { SignatureStamps = stamps }, lab.Clock.GetUtcNow()));

        Assert.True(With(good, good).IsAccepted);
        Assert.True(With(foreign, good).IsAccepted);
        Assert.True(With(good, foreign, signer).IsAccepted);
        Assert.Equal(SignatureOutcome.TimestampInvalid, With(foreign, signer).Outcome);
        Assert.Equal(SignatureOutcome.TimestampInvalid, With(good, good, good, good, good).Outcome);
    }

    [Fact(DisplayName = "The certificate of the stamp's authority, or of the signer's, may be in certificate-values only (CAdES-X Long)")]
    public void CertificateValues()
    {
        using var root = lab.AuthorityPair(LabAlgorithm.Dstu);
        using var middle = lab.IssueBy(root, it => it with { Kind = CertificateKind.Authority, CommonName = "Середня", Drfo = null });
        using var stamp = lab.IssueBy(
            root, it => it with { Kind = CertificateKind.TimestampAuthority, CommonName = "Позначки", Drfo = null });
        using var signer = lab.IssueBy(middle, it => it);
        var lists = Path.Combine(lab.TrustPath, TrustStore.ListsFolder, "middle.crl");
        File.WriteAllBytes(lists, CertificateIssuer.Of(middle).IssueList([], lab.Clock.GetUtcNow(), lab.Clock.GetUtcNow().AddDays(1)));
        SignatureVerdict With(params Certificate[] values)
        {
            var form = new ContainerForm { SignatureStamps = [stamp], OmitsStampCertificate = true, CertificateValues = values };
            return new SignatureCheck(lab.Options, new(lab.TrustPath, lab.Clock), lab.Clock)
                .Check(ContainerWriter.Sign(SignatureLab.Content, signer, form, lab.Clock.GetUtcNow()));
        }

        var verdict = With(stamp.Certificate, middle.Certificate);
        Assert.True(verdict.IsAccepted, verdict.Steps[^1].Explanation);
        Assert.Equal(["Середня", "Esoz test authority (dstu)"], verdict.Signers[0].Chain);
        Assert.Equal(SignatureOutcome.CertificateInvalid, With(stamp.Certificate).Outcome);
        Assert.Equal(SignatureOutcome.TimestampInvalid, With(middle.Certificate).Outcome);
        File.Delete(lists);
    }

    [Fact(DisplayName = "A stamp's authority whose certificate is itself an anchor is known, although the stamp leaves the certificate out")]
    public void AnchoredAuthority()
    {
        using var ours = new SignatureLab();
        using var signer = KeyPair.Read(ours.Dstu);
        var key = SigningKey.Create(LabAlgorithm.Dstu);
        using var stamp = CertificateIssuer.SelfSigned(key, new CertificateRequest
        {
            Kind = CertificateKind.TimestampAuthority,
            CommonName = "Позначки часу",
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = ours.Clock.GetUtcNow().AddDays(-1),
            NotAfter = ours.Clock.GetUtcNow().AddDays(1),
        });
        var container = ContainerWriter.Sign(SignatureLab.Content, signer,
            new ContainerForm { SignatureStamps = [stamp], OmitsStampCertificate = true }, ours.Clock.GetUtcNow());
        Assert.Equal(SignatureOutcome.TimestampInvalid, ours.Check.Check(container).Outcome);

        File.WriteAllBytes(Path.Combine(ours.TrustPath, TrustStore.AnchorsFolder, "stamps.cer"), stamp.Certificate.Encoded.Span);
        Assert.True(new SignatureCheck(ours.Options, new(ours.TrustPath, ours.Clock), ours.Clock).Check(container).IsAccepted);
    }

    [Theory(DisplayName = "Signed attributes in another order than that of DER are accepted when the signature covers their DER")]
    [InlineData(LabAlgorithm.Dstu)]
    [InlineData(LabAlgorithm.Ecdsa)]
    public void Unsorted(LabAlgorithm algorithm)
    {
        using var signer = KeyPair.Read(algorithm == LabAlgorithm.Dstu ? lab.Dstu : lab.Ecdsa);
        using var stamp = lab.TimestampPair(algorithm);
        var container = ContainerWriter.Sign(
            SignatureLab.Content, signer, new ContainerForm { SignatureStamps = [stamp], IsUnsorted = true }, lab.Clock.GetUtcNow());
        var verdict = lab.Check.Check(container);
        Assert.True(verdict.IsAccepted, verdict.Steps[^1].Explanation);

        // Another order is no way around the signature: a digit of the content is another.
        container[container.AsSpan().IndexOf("71d0"u8)] = (byte)'8';
        Assert.Equal(SignatureOutcome.SignatureInvalid, lab.Check.Check(container).Outcome);
    }

    [Theory(DisplayName = "Certificates that are not qualified, seals, and keys outside of a device are refused as the setting says")]
    [InlineData(LabQualification.Device, true, true)]
    [InlineData(LabQualification.Certificate, true, false)]
    [InlineData(LabQualification.Seal, false, false)]
    [InlineData(LabQualification.None, false, false)]
    public void Qualified(LabQualification qualification, bool isGoodCertificate, bool isGoodDevice)
    {
        var key = lab.NewFile();
        lab.Authority.Issue(LabAlgorithm.Ecdsa, "Шевченко Тарас Григорович", SignatureLab.Drfo, null, false, false, key, qualification);
        SignatureVerdict With(QualifiedMode mode) =>
            new SignatureCheck(lab.Options with { Qualified = mode }, lab.Trust, lab.Clock).Check(lab.Sign(key));

        Assert.True(With(QualifiedMode.Any).IsAccepted);
        foreach (var (mode, isGood) in new[] { (QualifiedMode.Certificate, isGoodCertificate), (QualifiedMode.Device, isGoodDevice) })
            Assert.Equal(isGood ? SignatureOutcome.Accepted : SignatureOutcome.CertificateInvalid, With(mode).Outcome);
    }

    [Theory(DisplayName = "Real containers with a stamp of their content: the stamp is read and is one of the content, in either byte order")]
    [InlineData("test_cms.p7s")]
    [InlineData("more/3sign_1.dat")]
    [InlineData("more/3sign_2.dat")]
    public void Real(string name)
    {
        var container = OfficialData.Read(name);
        var at = new FixedClock(new(2016, 12, 1, 0, 0, 0, TimeSpan.Zero));
        using var trust = new TemporaryTrust();

        var steps = new SignatureCheck(lab.Options, new(trust.Path, at), at).Examine(container).Steps;

        Assert.Equal(["container", "signers", "content", "signature", "certificate", "timestamp"], steps.Select(step => step.Name));
        Assert.True(steps[3].IsPassed, steps[3].Explanation);
        // The stamp is one of the content; only trust in its authority is missing.
        Assert.Matches(
            "^content time stamp: the (issuer of certificate .*|certificate of the time-stamp authority) is unknown", steps[5].Explanation);
    }

    private static string Explanation(SignatureVerdict verdict)
    {
        Assert.Equal(SignatureOutcome.CertificateInvalid, verdict.Outcome);
        return verdict.Steps[^1].Explanation;
    }

    private static SignatureCheck Lenient(SignatureLab lab) => new(lab.Options with { RequireTimestamp = false }, lab.Trust, lab.Clock);

    /// <summary>A time-stamp authority that no anchor knows.</summary>
    private KeyPair Foreign()
    {
        var key = SigningKey.Create(LabAlgorithm.Ecdsa);
        var authority = CertificateIssuer.SelfSigned(key, new CertificateRequest
        {
            Kind = CertificateKind.Authority,
            CommonName = "Чужий",
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = lab.Clock.GetUtcNow().AddDays(-1),
            NotAfter = lab.Clock.GetUtcNow().AddDays(1),
        });
        return lab.IssueBy(authority, it => it with { Kind = CertificateKind.TimestampAuthority, Drfo = null });
    }
}
