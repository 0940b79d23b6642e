using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures;

namespace Esoz.Tests.Sandbox.Signatures;

public sealed class TestAuthorityTests(SignatureLab lab) : IClassFixture<SignatureLab>
{
    [Fact(DisplayName = "Private keys are readable by their owner only, and created once: earlier signatures stay good")]
    public void Keys()
    {
        var container = lab.Sign(lab.Dstu);
        var before = lab.Authority.PublicFiles.ToDictionary(file => file, File.ReadAllBytes);

        lab.Authority.Create();

        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.True(lab.Check.Check(container).IsAccepted);
        foreach (var key in Directory.GetFiles(Path.GetDirectoryName(lab.Dstu)!, "*.pem", SearchOption.AllDirectories))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Theory(DisplayName = "A key file is read back as the same key")]
    [InlineData(LabAlgorithm.Dstu)]
    [InlineData(LabAlgorithm.Ecdsa)]
    public void Files(LabAlgorithm algorithm)
    {
        using var pair = KeyPair.Read(algorithm == LabAlgorithm.Dstu ? lab.Dstu : lab.Ecdsa);
        var copy = lab.NewFile();
        pair.Write(copy);
        using var read = KeyPair.Read(copy);

        Assert.Equal(pair.Key.Pkcs8, read.Key.Pkcs8);
        Assert.Equal(pair.Certificate.Encoded, read.Certificate.Encoded);
        Assert.Throws<IOException>(() => pair.Write(copy));
    }

    [Theory(DisplayName = "A file that is not a key with its certificate is reported as such")]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void NoKey(string text)
    {
        var path = Path.ChangeExtension(lab.NewFile(), "txt");
        File.WriteAllText(path, text);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => KeyPair.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A revocation adds to the list and keeps the other entries")]
    public void Revocations()
    {
        var first = lab.Issue(LabAlgorithm.Ecdsa, isRevoked: true);
        var second = lab.Issue(LabAlgorithm.Ecdsa, isRevoked: true);
        var check = new Esoz.Platform.Signatures.SignatureCheck(lab.Options, new(lab.TrustPath, lab.Clock), lab.Clock);

        Assert.False(check.Check(lab.Sign(first)).IsAccepted);
        Assert.False(check.Check(lab.Sign(second)).IsAccepted);
        Assert.True(check.Check(lab.Sign(lab.Ecdsa)).IsAccepted);
    }
}
