using System.Formats.Asn1;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Cms;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>Thousands of valid containers with random damage, reproducible.</summary>
public sealed class MutationTests(SignatureLab lab) : IClassFixture<SignatureLab>
{
    private const int Mutations = 4000;

    /// <summary>How many valid containers might be checked in the time of a hostile one.</summary>
    private const int MaxFactor = 20;

    [Theory(DisplayName = "No damaged container makes a check throw or keeps it busy, and none with damage in the signed part is accepted")]
    [InlineData(LabAlgorithm.Dstu, 1)]
    [InlineData(LabAlgorithm.Ecdsa, 2)]
    public void Random(LabAlgorithm algorithm, int seed)
    {
        var random = new Random(seed);
        var container = lab.Sign(algorithm == LabAlgorithm.Dstu ? lab.Dstu : lab.Ecdsa);
        Assert.True(lab.Check.Check(container).IsAccepted);
        var maxTime = MaxTime(container);
        var untouched = Signed(container);
        var outcomes = new HashSet<SignatureOutcome>();

        for (var i = 0; i < Mutations; i++)
        {
            var damaged = random.Next(3) == 0 ? Bent(container, random) : Overwritten(container, random);
            var verdict = Timely(damaged, maxTime);
            outcomes.Add(verdict.Outcome);
            if (verdict.IsAccepted)
                Assert.Equal(untouched, Signed(damaged));
        }

        // The test would prove little if all of them failed at the first step.
        Assert.Superset(new HashSet<SignatureOutcome>(
            [SignatureOutcome.ContainerInvalid, SignatureOutcome.ContentNotJson, SignatureOutcome.SignatureInvalid,
                SignatureOutcome.CertificateInvalid, SignatureOutcome.TimestampInvalid]), outcomes);
    }

    [Fact(DisplayName = "Deep nesting, long numbers and many parts do not slow down a check")]
    public void Hostile()
    {
        var container = lab.Sign(lab.Dstu);
        byte[][] hostile =
        [
            [.. Enumerable.Repeat((byte)0x30, 100_000).SelectMany(tag => new byte[] { tag, 0x80 })],
            [.. Enumerable.Repeat((byte)0x24, 100_000).SelectMany(tag => new byte[] { tag, 0x80 })],
            With(container, tree => tree[1, 0, 2, 1].Children[0] = Nested(2000)),
            With(container, tree => tree.Children[0].Content = Digits(60_000)),
            With(container, tree => tree[1, 0, 0].Content = Digits(60_000)),
            With(container, tree => tree[1, 0, 3, 0, 0, 1].Content = Digits(60_000)),
            With(container, tree => tree[1, 0, 3, 0, 0, 6, 0, 0].Content = Digits(60_000)),
            With(container, tree => tree[1, 0, 3].Children.AddRange(Enumerable.Repeat(tree[1, 0, 3, 0], 14))),
            With(container, tree => tree[1, 0].Children[^1].Children.AddRange(Enumerable.Repeat(AsnTree.Primitive(5), 60_000))),
            With(container, tree => tree[1, 0, 1].Children.AddRange(Enumerable.Repeat(AsnTree.Primitive(5), 60_000))),
            With(container, tree => tree[1, 0, 2, 1, 0].Content = [.. Enumerable.Repeat((byte)'[', 60_000)]),
            With(container, tree => tree[1, 0, 2, 1, 0].Content = System.Text.Encoding.ASCII.GetBytes('[' + new string('9', 60_000) + ']')),
        ];
        var maxTime = MaxTime(container);
        var untouched = Signed(container);
        foreach (var bytes in hostile)
        {
            // Unsigned parts may contain anything.
            if (Timely(bytes, maxTime).IsAccepted)
                Assert.Equal(untouched, Signed(bytes));
        }
    }

    private TimeSpan MaxTime(byte[] valid) => MaxFactor * ThreadTime.Of(() => lab.Check.Check(valid));

    private SignatureVerdict Timely(byte[] container, TimeSpan maxTime) =>
        ThreadTime.Within(
            maxTime, () => lab.Check.Check(container), () => Convert.ToHexString(container.AsSpan(0, Math.Min(container.Length, 4000))));

    /// <summary>Content and signed attributes, which must not be changed.</summary>
    private static (string Content, string Attributes) Signed(byte[] container)
    {
        var data = SignedData.Read(container);
        var signer = new AsnReader(data.Signers[0], AsnEncodingRules.BER).ReadSequence();
        for (var before = 0; before < 3; before++)
            signer.ReadEncodedValue();
        return (Convert.ToHexString(data.Content), Convert.ToHexString(signer.ReadEncodedValue().Span));
    }

    private static byte[] Overwritten(byte[] container, Random random)
    {
        var damaged = (byte[])container.Clone();
        for (var bytes = random.Next(1, 4); bytes > 0; bytes--)
        {
            var at = random.Next(damaged.Length);
            damaged[at] = random.Next(2) == 0 ? (byte)(damaged[at] ^ (1 << random.Next(8))) : (byte)random.Next(256);
        }
        return random.Next(8) switch
        {
            0 => damaged[..random.Next(damaged.Length)],
            1 => [.. damaged[..random.Next(damaged.Length)], .. damaged[random.Next(damaged.Length)..]],
            _ => damaged,
        };
    }

    /// <summary>Damage with consistent lengths: a value is changed, removed, duplicated or exchanged.</summary>
    private static byte[] Bent(byte[] container, Random random) => With(container, tree =>
    {
        var nodes = tree.All().ToList();
        var parent = nodes[random.Next(nodes.Count)];
        if (parent.Children.Count == 0)
        {
            parent.Content = random.Next(2) == 0 || parent.Content.Length == 0
                ? [.. parent.Content, (byte)random.Next(256)]
                : [.. parent.Content.Select((value, at) => at == random.Next(parent.Content.Length) ? (byte)(value ^ 1) : value)];
            return;
        }
        var at = random.Next(parent.Children.Count);
        switch (random.Next(4))
        {
            case 0:
                parent.Children.RemoveAt(at);
                break;
            case 1:
                parent.Children.Insert(at, parent.Children[at].Clone());
                break;
            case 2:
                parent.Children[at] = nodes[random.Next(nodes.Count)].Clone();
                break;
            default:
                parent.Children[at].Tag ^= (byte)(1 << random.Next(5));
                break;
        }
    });

    private static byte[] With(byte[] container, Action<AsnTree> bend)
    {
        var tree = AsnTree.Parse(container);
        bend(tree);
        return tree.Encode();
    }

    private static AsnTree Nested(int depth)
    {
        byte[] encoded = [4, 1, 0x7B];
        for (var i = 0; i < depth; i++)
            encoded = [0x24, 0x80, .. encoded, 0, 0];
        return AsnTree.Primitive(0x04, encoded);
    }

    private static byte[] Digits(int length) => [0x2A, .. Enumerable.Repeat((byte)0xFF, length - 2), 0x7F];
}
