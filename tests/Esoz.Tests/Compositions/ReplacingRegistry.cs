namespace Esoz.Tests.Compositions;

/// <summary>A <see cref="SigningRegistry"/> where cancelled compositions may be replaced (RC_7).</summary>
public sealed class ReplacingRegistry(TestCluster cluster) : SigningRegistry(cluster)
{
    protected override Dictionary<string, string> Configuration => new() { ["EMAL_COMPOSITION_FLOW_REPLACE_ENABLED"] = "TRUE" };
}
