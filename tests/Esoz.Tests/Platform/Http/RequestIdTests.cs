namespace Esoz.Tests.Platform.Http;

/// <summary>X-Request-ID (platform §8).</summary>
public sealed class RequestIdTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "A well-formed id is kept")]
    [InlineData("a")]
    [InlineData("9e107d9d-372b-4b6a-8f5e-6a1c0f3b2d11#17")]
    [InlineData("mis.7:req_1-A")]
    [InlineData(
        "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567")]
    public async Task Keeps(string id) => Assert.Equal((id, id), await Ask(id));

    [Theory(DisplayName = "Any other id is replaced by uuid#n")]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("<script>")]
    [InlineData("quote\"")]
    [InlineData("{0}")]
    [InlineData(
        "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567x")]
    public async Task Replaces(string id)
    {
        var (header, meta) = await Ask(id);

        Assert.Equal(header, meta);
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}#[1-9][0-9]*$", header);
    }

    [Fact(DisplayName = "Two ids count as none; numbers of one process are consecutive")]
    public async Task Counts()
    {
        var first = Given(await registry.Send("GET", "/api/nothing", null, null, ("X-Request-ID", "a"), ("X-Request-ID", "b")));
        var second = Given(await registry.Send("GET", "/api/nothing"));

        Assert.Equal(first.Split('#')[0], second.Split('#')[0]);
        Assert.True(Number(second) > Number(first));

        static string Given(Answer answer) => Assert.Single(answer.Headers.GetValues("X-Request-ID"));
        static long Number(string id) => long.Parse(id.Split('#')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<(string Header, string Meta)> Ask(string id)
    {
        var answer = await registry.Send("GET", "/api/nothing", null, null, ("X-Request-ID", id));
        return (Assert.Single(answer.Headers.GetValues("X-Request-ID")), answer.Json.GetProperty("meta").GetProperty("request_id")
            .GetString()!);
    }
}
