namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0212 signComposition, up to its answer (compositions §5).</summary>
public sealed class SignCompositionTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName =
        "Answers with a PENDING job of kind SIGN_COMPOSITION and its task; an equal request meanwhile gets the same job, another body another one")]
    public async Task Schedules()
    {
        var given = await CompositionCase.Disability(registry);
        var draft = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");

        var first = (await given.Send("sign", draft, [1, 2, 3])).Succeeded().Data;
        var again = (await given.Send("sign", draft, [1, 2, 3])).Succeeded().Data;
        var other = (await given.Send("sign", draft, [1, 2, 4])).Succeeded().Data;

        Assert.Equal(["eta", "id", "links", "status"], first.EnumerateObject().Select(member => member.Name));
        Assert.Equal("PENDING", first.GetProperty("status").GetString());
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.NotEqual(first.GetProperty("id").GetString(), other.GetProperty("id").GetString());
        var row = Assert.Single(
            await registry.Rows(
                "SELECT job.kind, job.composition_id, task.type, task.key FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id WHERE job.id = $1",
            first.GetProperty("id").GetGuid()));
        Assert.Equal(
            ("SIGN_COMPOSITION", draft, "SIGN_COMPOSITION", given.Subject), (row["kind"], row["composition_id"], row["type"], row["key"]));
    }

    [Fact(DisplayName = "Large signed bodies are read one at a time: refused or not, each is followed by the next, and is stored unchanged")]
    public async Task Large()
    {
        const int orders = 6;
        var given = await CompositionCase.Disability(registry);
        var draft = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");
        var container = new byte[1024 * 1024];
        Array.Fill(container, (byte)0xFB);

        foreach (var malformed in new[] { "!", """","more":1,"x":"""" })
        {
            var body = $$"""{"data":"{{Convert.ToBase64String(container)}}{{malformed}}"}""";
            Assert.All(
                await Task.WhenAll(Enumerable.Range(0, orders)
                    .Select(_ => registry.Send("PATCH", $"{CompositionCase.Path}/{draft}/sign", given.Credential, body))),
                    answer => Assert.Equal(400, answer.Status));
        }
        var jobs = (await Task.WhenAll(Enumerable.Range(0, orders).Select(i => given.Send("sign", draft, [.. container, (byte)i]))))
            .Select(answer => answer.Succeeded().Data.GetProperty("id").GetGuid()).ToArray();

        Assert.Equal(orders, jobs.Distinct().Count());
        Assert.Equal(Convert.ToBase64String([.. container, 3]),
            await registry.Scalar<string>("SELECT payload ->> 'data' FROM background_tasks WHERE job_id = $1", jobs[3]));
    }

    /// <summary>Bodies that both methods refuse before they look up the composition.</summary>
    public static TheoryData<string, int, string, string> UnsoundBodies => new()
    {
        { "{}", 400, "INVALID_REQUEST_FORMAT", "Invalid request format: $.data required property data was not present" },
        { """{"data":""}""", 400, "INVALID_REQUEST_FORMAT",
            "Invalid request format: $.data expected value to have a minimum length of 1 but was 0" },
        { """{"data":5}""", 400, "INVALID_REQUEST_FORMAT",
            "Invalid request format: $.data type mismatch. Expected string but got integer" },
        { """{"data":null}""", 400, "INVALID_REQUEST_FORMAT",
            "Invalid request format: $.data type mismatch. Expected string but got null" },
        { """{"data":"AQID","more":1}""", 400, "INVALID_REQUEST_FORMAT",
            "Invalid request format: $.more schema does not allow additional properties" },
        { "[]", 400, "INVALID_REQUEST_FORMAT", "Invalid request format: $ type mismatch. Expected object but got array" },
        { """{"data":"no base64!"}""", 1900, "SIGNATURE_NOT_BASE64", "Not a base64 string" },
        { """{"data":"AQI"}""", 1900, "SIGNATURE_NOT_BASE64", "Not a base64 string" },
        { """{"data":" "}""", 1900, "SIGNATURE_NOT_BASE64", "Not a base64 string" },
        { """{"data":"AQ-_"}""", 1900, "SIGNATURE_NOT_BASE64", "Not a base64 string" },
    };

    /// <summary>The composition is missing in every row, which tests the order.</summary>
    [Theory(DisplayName = "1 the body has exactly data, a non-empty string; 2 which is base64")]
    [MemberData(nameof(UnsoundBodies))]
    public async Task Body(string body, int code, string name, string message)
    {
        var given = await CompositionCase.Disability(registry);

        (await registry.Send("PATCH", $"{CompositionCase.Path}/{Guid.NewGuid()}/sign", given.Credential, body))
            .IsMcRefusal(400, code, name, message);
    }

    [Theory(DisplayName = "3 the composition exists, and the client is its custodian; otherwise the same 404")]
    [InlineData("sign")]
    [InlineData("cancel")]
    public async Task Own(string order)
    {
        var given = await CompositionCase.Disability(registry);
        var draft = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");
        var stranger = await CompositionCase.Disability(registry);

        foreach (var answer in new[]
        {
            await given.Send(order, Guid.NewGuid(), [1]),
            await given.Send(order, draft, [1], stranger.Credential),
            await registry.Send("PATCH", $"{CompositionCase.Path}/17/{order}", given.Credential, """{"data":"AQID"}"""),
        })
            answer.IsMcRefusal(404, 1000, "COMPOSITION_NOT_FOUND_404", "Composition not found");
    }

    [Theory(DisplayName = "A body of 10 MiB is accepted, one byte more is 413")]
    [InlineData("sign", 0, 404)]
    [InlineData("sign", 1, 413)]
    [InlineData("cancel", 0, 404)]
    [InlineData("cancel", 1, 413)]
    public async Task Size(string order, int more, int status)
    {
        var given = await CompositionCase.Disability(registry);
        var body = $$"""{"data":"{{new string('A', (10 * 1024 * 1024) - 12)}}"}""" + new string(' ', 1 + more);

        var answer = await registry.Send("PATCH", $"{CompositionCase.Path}/{Guid.NewGuid()}/{order}", given.Credential, body);

        if (status == 413)
            answer.IsMcRefusal(413, 413, "REQUEST_TOO_LARGE", "Request body is too large.");
        else
            answer.IsMcRefusal(404, 1000, "COMPOSITION_NOT_FOUND_404", "Composition not found");
    }
}
