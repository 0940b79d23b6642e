namespace Esoz.Tests.Platform.Signatures;

/// <summary>A server that accepts plain JSON as signed content says so when it starts.</summary>
public sealed class UncheckedSignaturesTests(UncheckedSignaturesTests.Unchecked registry)
    : IClassFixture<UncheckedSignaturesTests.Unchecked>
{
    public sealed class Unchecked(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["DIGITAL_SIGNATURE_ENABLED"] = "false" };
    }

    [Fact(DisplayName = "The start is logged as a warning")]
    public async Task Warned() =>
        Assert.StartsWith("Warning ", await registry.Log.Await("DIGITAL_SIGNATURE_ENABLED is false"),
            StringComparison.Ordinal);
}
