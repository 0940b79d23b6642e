using System.Text;
using System.Text.Json.Nodes;

namespace Esoz.Tests.Compositions;

/// <summary>
/// Signature checks disabled (DIGITAL_SIGNATURE_ENABLED, compositions §14): plain JSON is accepted as signed content, everything else is
/// unchanged.
/// </summary>
public sealed class SignedContentTests(SignedContentTests.Unchecked registry) : IClassFixture<SignedContentTests.Unchecked>
{
    public sealed class Unchecked(TestCluster cluster) : Registry(cluster)
    {
        protected override Roles Roles => Roles.Api | Roles.Worker;

        protected override Dictionary<string, string> Configuration => new() { ["DIGITAL_SIGNATURE_ENABLED"] = "false" };
    }

    [Fact(DisplayName = "Signing: JSON, content and user are checked, nothing else")]
    public async Task Signs()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var text = await given.Shown(id);
        var other = JsonNode.Parse(text)!;
        other["status"] = "FINAL";
        var stranger = await registry.Given.Token(given.Provider, CompositionCase.Scope);

        await Ends("sign", "1910: User is not the author of composition", text, stranger);
        await Ends("sign", "1909: Signed content does not match the composition ($.status)",
            other.ToJsonString(), stranger);
        await Ends("sign", "1903: Malformed encoded content", "{", stranger);
        await Ends("sign", null, text);
        await Ends("sign", "1810: Can't sign composition in non-PRELIMINARY state", "{", stranger);
        await Ends(
            "cancel", "1910: User is not the author of composition", SigningRegistry.Cancellation(id), stranger);
        await Ends("cancel", "1911: Invalid cancellation content", text, stranger);
        await Ends("cancel", "1903: Malformed encoded content", "підпис", stranger);
        await Ends("cancel", null, SigningRegistry.Cancellation(id));

        async Task Ends(string order, string? error, string content, Credential? by = null)
        {
            var job = await given.SendAndWait(order, id, Encoding.UTF8.GetBytes(content), by);
            if (error is null)
                SigningRegistry.IsDone(job);
            else
                Assert.Equal(error, SigningRegistry.ErrorOf(job));
        }
    }
}
