using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Esoz.Platform;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Esoz.Tests.MediaStorage;

/// <summary>The routes that serve the embedded store's links (media-storage §2, §6), over real connections.</summary>
public sealed class MediaLinkRoutesTests(MediaLinkRoutesTests.SmallObjects registry) : IClassFixture<MediaLinkRoutesTests.SmallObjects>
{
    private const int Limit = 3_000_000;
    private const string Path = "/api/admin/contracts/media_storage/generate_url";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names =>
    [
        "signed_contract", "Договір 2026.p7s", "a+b.pdf", "50%.pdf", "a%20b", "(1) 'x' \"y\" &=?#;.pdf", "...", "🐉.pdf", "a.json",
        new string('ї', 127) + "x", new string('z', 255), "X-Expires=1",
    ];

    [Theory(DisplayName = "A file uploaded through a link of the method is downloaded unchanged through another one, under any name")]
    [MemberData(nameof(Names))]
    public async Task RoundTrip(string name)
    {
        var content = RandomNumberGenerator.GetBytes(700_000);
        var folder = Guid.NewGuid();
        var encoded = PercentEncoding.Encode(name);
        var put = await Put(await Issued("PUT", folder, PercentEncoding.IsEncoded(name) ? encoded : name), content);
        Assert.Equal((HttpStatusCode.OK, "", $"\"{Md5(content)}\""),
            (put.StatusCode, await put.Content.ReadAsStringAsync(Ct), put.Headers.ETag!.Tag));

        var got = await registry.Http.GetAsync(await Issued("GET", folder, encoded), Ct);

        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(put.Headers.ETag, got.Headers.ETag);
        Assert.Equal(("application/octet-stream", content.LongLength),
            (got.Content.Headers.ContentType!.ToString(), got.Content.Headers.ContentLength!.Value));
        Assert.InRange(got.Content.Headers.LastModified!.Value, registry.Clock.GetUtcNow().AddMinutes(-1), registry.Clock.GetUtcNow());
        Assert.Equal(("nosniff", "no-store, private"),
            (got.Headers.GetValues("X-Content-Type-Options").Single(), got.Headers.CacheControl!.ToString()));
        Assert.Equal(name, ContentDispositionHeaderValue.Parse(got.Content.Headers.GetValues("Content-Disposition").Single()).FileNameStar);
    }

    [Fact(DisplayName = "What an upload replaces is kept, with its name; equal content replaces nothing")]
    public async Task Replaces()
    {
        var folder = Guid.NewGuid();
        byte[][] uploads = [[1, 2, 3], [4, 5], [4, 5], [6]];
        foreach (var content in uploads)
            Assert.Equal(HttpStatusCode.OK, (await Put(Link("PUT", folder, "Договір"), content)).StatusCode);

        var kept = Directory.GetFiles(System.IO.Path.Combine(
            registry.Settings.Storage.Root, ".versions", registry.Settings.Buckets.AmbulatoryContracts.Physical, $"{folder}"));
        Assert.Equal([uploads[0], uploads[1]],
            kept.Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Order().Select(File.ReadAllBytes));
        Assert.All(kept.Where(file => file.EndsWith(".json", StringComparison.Ordinal)), side =>
            Assert.Equal("Договір", JsonDocument.Parse(File.ReadAllBytes(side)).RootElement.GetProperty("name").GetString()));
        Assert.Equal(4, kept.Length);
        Assert.Equal(uploads[3], await registry.Http.GetByteArrayAsync(Link("GET", folder, "Договір"), Ct));
    }

    [Fact(DisplayName = "Of two files with one MD5 the former is kept too")]
    public async Task SameMd5()
    {
        // The pair of Wang, Feng, Lai and Yu (2004): the second differs in the highest bit of six bytes.
        var one = Convert.FromHexString("d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70");
        byte[] other = [.. one.Select((value, at) => at is 19 or 45 or 59 or 83 or 109 or 123 ? (byte)(value ^ 0x80) : value)];
        Assert.Equal(Md5(one), Md5(other));
        var folder = Guid.NewGuid();

        await Put(Link("PUT", folder, "x"), one);
        await Put(Link("PUT", folder, "x"), other);

        var kept = Directory.GetFiles(System.IO.Path.Combine(
            registry.Settings.Storage.Root, ".versions", registry.Settings.Buckets.AmbulatoryContracts.Physical, $"{folder}"));
        Assert.Equal(one, await File.ReadAllBytesAsync(Assert.Single(kept, file => !file.EndsWith(".json", StringComparison.Ordinal)), Ct));
        Assert.Equal(other, await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct));
    }

    [Fact(DisplayName = "An acknowledged upload is in the audit log: who asked for the link, size, digests, what it replaced; a refused one is not")]
    public async Task Recorded()
    {
        var (folder, client, user) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await registry.Given.Client(client, "NHS");
        var credential = (await registry.Given.Token(client, "private_contracts:write", user)) with
        {
            ApiKey = await registry.Given.ApiKey("NHS"),
        };
        var body = JsonSerializer.Serialize(new { action = "PUT", resource_id = folder, resource_name = "Договір" });
        var link = (await registry.Send("POST", Path, credential, body)).Succeeded().Data.GetProperty("url").GetString()!;
        await Put(link, [1, 2, 3]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Put(link, new byte[Limit + 1], chunked: true)).StatusCode);
        await Put(link, [4, 5]);

        var rows = await registry.Rows("""
            SELECT log.actor_id, log.changeset::text, upload.request_id
              FROM audit_log log JOIN media_uploads upload ON upload.id::text = log.resource_id
             WHERE log.resource = 'media_uploads' AND upload.resource_id = $1
             ORDER BY upload.inserted_at
            """, folder);

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal($"{user}", row["actor_id"]));
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("Договір")));
        var first = JsonDocument.Parse((string)rows[0]["changeset"]!).RootElement;
        Assert.Equal(
            ($"{client}", $"{folder}", name, 3, Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), false),
            (first.GetProperty("client_id").GetString(), first.GetProperty("resource_id").GetString(),
                first.GetProperty("name_digest").GetString(), first.GetProperty("size").GetInt32(),
                first.GetProperty("content_digest").GetString(), first.TryGetProperty("replaced_md5", out _)));
        Assert.Equal(Md5([1, 2, 3]), JsonDocument.Parse((string)rows[1]["changeset"]!).RootElement.GetProperty("replaced_md5").GetString());
        Assert.True(File.Exists(System.IO.Path.Combine(
            registry.Settings.Storage.Root, "ambulatory_contracts-dev", $"{folder}"[..2], $"{folder}", name)));
        await Assert.ThrowsAsync<PostgresException>(
            () => registry.Execute("UPDATE media_uploads SET size = 0 WHERE resource_id = $1", folder));
        await Assert.ThrowsAsync<PostgresException>(() => registry.Execute("DELETE FROM media_uploads WHERE resource_id = $1", folder));
    }

    [Fact(DisplayName = "An upload that cannot be recorded is not acknowledged and changes nothing")]
    public async Task NotRecorded()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1]);
        await registry.Execute($"ALTER TABLE media_uploads ADD CONSTRAINT full_disk CHECK (resource_id <> '{folder}') NOT VALID");

        Assert.Equal(HttpStatusCode.InternalServerError, (await Put(Link("PUT", folder, "x"), [2, 3])).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Put(Link("PUT", folder, "y"), [4])).StatusCode);

        Assert.Equal([1], await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await registry.Http.GetAsync(Link("GET", folder, "y"), Ct)).StatusCode);
        Assert.Empty(Unfinished(folder));
        await registry.Execute("ALTER TABLE media_uploads DROP CONSTRAINT full_disk");
        Assert.Equal(HttpStatusCode.OK, (await Put(Link("PUT", folder, "x"), [2, 3])).StatusCode);
    }

    [Fact(DisplayName = "The name of an object is in no line of the log, whatever happens to its links")]
    public async Task NameIsNotLogged()
    {
        const string name = "Шевченко Тарас.p7s";
        var folder = Guid.NewGuid();
        await Put(await Issued("PUT", folder, name), [1]);
        await registry.Http.GetAsync(await Issued("GET", folder, name), Ct);
        await registry.Http.GetAsync(Link("GET", Guid.NewGuid(), name), Ct);
        await registry.Http.GetAsync(Link("PUT", folder, name), Ct);
        await Put(Link("PUT", folder, name, TimeSpan.FromHours(1)), [1]);
        await Put(Link("PUT", folder, name), new byte[Limit + 1]);
        await registry.Execute($"ALTER TABLE media_uploads ADD CONSTRAINT broken CHECK (resource_id <> '{folder}') NOT VALID");
        await Put(Link("PUT", folder, name), [2]);
        await registry.Execute("ALTER TABLE media_uploads DROP CONSTRAINT broken");

        Assert.Contains(registry.Log.Lines, line => line.Contains($"{folder}", StringComparison.Ordinal));
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("Шевченко", StringComparison.Ordinal)
            || line.Contains("%D0%A8%D0%B5%D0%B2", StringComparison.OrdinalIgnoreCase));
    }

    [Fact(DisplayName = "A name is offered for saving in ASCII for old clients and as it is for the others")]
    public async Task Disposition()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "Договір \"5%41\".p7s"), [1]);

        var got = await registry.Http.GetAsync(Link("GET", folder, "Договір \"5%41\".p7s"), Ct);

        Assert.Equal(
            "attachment; filename=\"_______ _5_41_.p7s\"; filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%20%225%2541%22.p7s",
            got.Content.Headers.GetValues("Content-Disposition").Single());
    }

    [Fact(DisplayName = "A link may be used again until it expires; the last upload wins; any content type is taken")]
    public async Task Again()
    {
        var folder = Guid.NewGuid();
        var link = Link("PUT", folder, "x");
        Assert.Equal(HttpStatusCode.OK, (await Put(link, [1, 2, 3], "application/pdf")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Put(link, [4, 5], "text/plain")).StatusCode);

        Assert.Equal([4, 5], await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct));
        Assert.Equal([4, 5], await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct));
    }

    [Fact(DisplayName = "One of several concurrent uploads wins as a whole")]
    public async Task Parallel()
    {
        var folder = Guid.NewGuid();
        var contents = Enumerable.Range(1, 16).Select(i => Enumerable.Repeat((byte)i, 50_000 * i).ToArray()).ToArray();

        var answers = await Task.WhenAll(contents.Select(content => Put(Link("PUT", folder, "x"), content)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var got = await registry.Http.GetAsync(Link("GET", folder, "x"), Ct);
        var winner = await got.Content.ReadAsByteArrayAsync(Ct);
        Assert.Contains(contents, content => content.SequenceEqual(winner));
        Assert.Equal($"\"{Md5(winner)}\"", got.Headers.ETag!.Tag);
    }

    /// <summary>
    /// Order of media-storage §6: every row also has all later faults. The values after the message are the wrong part and what is wrong
    /// with it.
    /// </summary>
    public static TheoryData<string, string, Func<string, string>, string, string?, string> Refusals
    {
        get
        {
            const string wrong = "Link signature is invalid", expired = "Link has expired", expires = "X-Expires",
                signature = "X-Signature";
            const string mismatch = "was not made for this path and this X-Expires with the key of this registry";
            return new()
            {
                // what, verb sent with a link for PUT that has expired, how the link is changed
                { "no parameters", "GET", link => link[..link.IndexOf('?')], wrong, expires, "is missing" },
                { "no expiry", "GET", link => link.Replace("X-Expires", "Expires"), wrong, expires, "is missing" },
                { "expiry twice, no signature", "GET", link => link[..link.IndexOf('&')] + "&X-Expires=1", wrong, expires,
                    "is there more than once" },
                { "no signature, expiry no number", "GET", link => link[..link.IndexOf('&')].Replace("X-Expires=1", "X-Expires=z"), wrong,
                    signature, "is missing" },
                { "empty signature", "GET", link => link[..(link.LastIndexOf('=') + 1)], wrong, signature, "is missing" },
                { "signature twice", "GET", link => link + link[link.IndexOf('&')..], wrong, signature, "is there more than once" },
                { "expiry is no number, one segment less", "GET", link => link.Replace("X-Expires=1", "X-Expires=z").Replace("/x?", "?"),
                    wrong, expires, "is no number of seconds" },
                { "one segment more, signature cut off", "GET", link => link.Replace("/x?", "/x/y?")[..^1], wrong, null,
                    "path is not /{bucket}/{resource_id}/{name}" },
                { "one segment less, signature cut off", "GET", link => link.Replace("/x?", "?")[..^1], wrong, null,
                    "path is not /{bucket}/{resource_id}/{name}" },
                { "bucket with a space, signature cut off", "GET", link => link.Replace("ambulatory_contracts-dev", "b%20b")[..^1], wrong,
                    null, "path has no name of a bucket in its first segment" },
                { "a folder in upper case, signature cut off", "GET", link => link.Replace("/abcdef01", "/ABCDEF01")[..^1], wrong, null,
                    "path has no uuid in lower case as its second segment" },
                { "encoded slash, signature cut off", "GET", link => link.Replace("/x?", "%2Fx?")[..^1], wrong, null,
                    "path is not /{bucket}/{resource_id}/{name}" },
                { "a name that climbs, signature cut off", "GET", link => link.Replace("/x?", "/..%2Fx?")[..^1], wrong, null,
                    "path has no valid name as its third segment" },
                { "signature cut off", "GET", link => link[..^1], wrong, signature, "is not 64 lower-case hexadecimal digits" },
                { "signature in upper case", "GET", link => link[..(link.LastIndexOf('=') + 1)] + link[(link.LastIndexOf('=') + 1)..]
                    .ToUpperInvariant(), wrong, signature, "is not 64 lower-case hexadecimal digits" },
                { "signature is wrong", "GET", link => Flip(link, link.Length - 1), wrong, signature, mismatch },
                { "expiry is not the signed one", "GET", link => link.Replace("X-Expires=1", "X-Expires=2"), wrong, signature, mismatch },
                { "another name", "GET", link => link.Replace("/x?", "/y?"), wrong, signature, mismatch },
                { "another folder", "GET", link => link.Replace("/abcdef01", "/abcdef02"), wrong, signature, mismatch },
                { "another bucket", "GET", link => link.Replace("ambulatory_contracts-dev", "bulk-actions"), wrong, signature, mismatch },
                { "expired", "GET", link => link, expired, expires, "was {expiry}" },
                { "expired, upload without a length", "PUT", link => link, expired, expires, "was {expiry}" },
                { "expired, unknown verb", "PATCH", link => link, expired, expires, "was {expiry}" },
            };
        }
    }

    [Theory(DisplayName = "Refused with 403, in order: parameters, path, signature, expiry, verb; the answer says which part is wrong")]
    [MemberData(nameof(Refusals))]
    public async Task Refuses(string what, string verb, Func<string, string> change, string message, string? parameter, string description)
    {
        var issued = Link("PUT", Guid.Parse("abcdef01-0b9a-4d58-8c67-1a2b3c4d5e6f"), "x", age: TimeSpan.FromSeconds(601));
        var link = change(issued);

        var answer = await RawHttp.Send(registry.Url, $"{verb} {new Uri(link).PathAndQuery} HTTP/1.1");

        Assert.True(answer.Status == 403, $"{what}: {answer.Head}");
        var json = JsonDocument.Parse(answer.Body).RootElement;
        var error = json.GetProperty("error");
        Assert.Equal(("forbidden", message), (error.GetProperty("type").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(link[..(link + "?").IndexOf('?')], json.GetProperty("meta").GetProperty("url").GetString());
        var place = Assert.Single(error.GetProperty("invalid").EnumerateArray());
        Assert.Equal(parameter is null ? "request" : "query_parameter", place.GetProperty("entry_type").GetString());
        Assert.Equal(parameter, place.TryGetProperty("entry", out var entry) ? entry.GetString() : null);
        var expiry = DateTimeOffset.FromUnixTimeSeconds(long.Parse(HttpUtility.ParseQueryString(new Uri(issued).Query)["X-Expires"]!));
        Assert.Equal(description.Replace("{expiry}", $"{expiry:yyyy-MM-ddTHH:mm:ssZ}"),
            Assert.Single(place.GetProperty("rules").EnumerateArray()).GetProperty("description").GetString());
    }

    [Theory(DisplayName = "A name that the client encoded wrongly is reported differently from a wrong signature")]
    [InlineData("a b.pdf", "%2520", "path is percent-encoded twice")]
    [InlineData("a b.pdf", "+", "path has a + where the link had %20")]
    public async Task MalformedName(string name, string space, string description)
    {
        var link = Link("GET", Guid.NewGuid(), name).Replace("%20", space, StringComparison.Ordinal);

        Assert.Contains($"\"description\":\"{description}\"",
            (await RawHttp.Send(registry.Url, $"GET {new Uri(link).PathAndQuery} HTTP/1.1")).Body, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without a valid signature an existing object and a missing one get the same answer")]
    public async Task RevealsNothing()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "there"), [1]);
        foreach (var spoil in new Func<string, string>[] { link => Flip(link, link.Length - 1), link => link[..link.IndexOf('?')],
            link => link.Replace("X-Expires=1", "X-Expires=2") })
        {
            foreach (var verb in new[] { "GET", "PUT", "DELETE" })
                Assert.Equal(await AnswerTo(verb, "there"), await AnswerTo(verb, "gone"));

            async Task<string> AnswerTo(string verb, string name) =>
                Anonymous(
                    await RawHttp.Send(registry.Url, $"{verb} {new Uri(spoil(Link("GET", folder, name))).PathAndQuery} HTTP/1.1"), name);
        }

        static string Anonymous((int Status, string Head, string Body) answer, string name) =>
            $"{answer.Status} {JsonDocument.Parse(answer.Body).RootElement.GetProperty("error").GetRawText().Replace(name, "{name}", StringComparison.Ordinal)}";
    }

    [Fact(DisplayName = "A link signed with our key for another bucket is refused")]
    public async Task OtherBucket()
    {
        var link = registry.Services.GetRequiredService<ILinkSigner>().Sign(
            new LinkGrant("GET", registry.Settings.Buckets.BulkActions, ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("x")!),
                registry.Clock.GetUtcNow(), TimeSpan.FromSeconds(600)),
            registry.Url.GetLeftPart(UriPartial.Authority));

        Assert.Contains("path names another bucket than that of contract files", (await Send("GET", link)).Text, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A link is refused with another verb, with the answer of any wrong signature")]
    [InlineData("PUT", "GET")]
    [InlineData("GET", "PUT")]
    [InlineData("GET", "DELETE")]
    [InlineData("GET", "POST")]
    [InlineData("GET", "OPTIONS")]
    public async Task OtherVerb(string signed, string sent)
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1]);

        var answer = await Send(sent, Link(signed, folder, "x"));

        Assert.Equal(403, answer.Status);
        Assert.Equal(
            $$"""{"type":"forbidden","message":"Link signature is invalid","invalid":[{"entry_type":"request","rules":[{"rule":"invalid","description":"verb is not the signed one, {{signed}}","params":[]}]}]}""",
            answer.Json.GetProperty("error").GetRawText());
    }

    [Fact(DisplayName = "A link for GET is refused for HEAD")]
    public async Task Head()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1]);

        var answer = await RawHttp.Send(registry.Url, $"HEAD {new Uri(Link("GET", folder, "x")).PathAndQuery} HTTP/1.1");

        Assert.Equal((403, ""), (answer.Status, answer.Body));
    }

    [Fact(DisplayName = "A link works up to its second of expiry and not in the one after")]
    public async Task Expiry()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1]);

        Assert.Equal(
            HttpStatusCode.OK, (await registry.Http.GetAsync(Link("GET", folder, "x", age: TimeSpan.FromSeconds(598)), Ct)).StatusCode);
        Assert.Contains("Link has expired", (await Send("GET", Link("GET", folder, "x", age: TimeSpan.FromSeconds(601)))).Text,
            StringComparison.Ordinal);
        Assert.Contains("Link has expired", (await Send("PUT", Link("PUT", folder, "x", age: TimeSpan.FromSeconds(601)))).Text,
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A request through a proxy with the absolute URL is served")]
    public async Task AbsoluteForm()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), Encoding.UTF8.GetBytes("whole"));

        var answer = await RawHttp.Send(registry.Url, $"GET {Link("GET", folder, "x")} HTTP/1.1");

        Assert.Equal((200, "whole"), (answer.Status, answer.Body));
    }

    [Fact(DisplayName = "An object that was never uploaded is 404")]
    public async Task Absent() =>
        (await Send("GET", Link("GET", Guid.NewGuid(), "x"))).IsIlRefusal(404, "not_found", "Object is not found");

    [Fact(DisplayName = "An upload without a length and without chunks is 411; an empty one with a length is an object")]
    public async Task LengthRequired()
    {
        var target = new Uri(Link("PUT", Guid.NewGuid(), "x")).PathAndQuery;

        var answer = await RawHttp.Send(registry.Url, $"PUT {target} HTTP/1.1");

        Assert.Equal(411, answer.Status);
        var error = JsonDocument.Parse(answer.Body).RootElement.GetProperty("error");
        Assert.Equal("""{"type":"content_length_required","message":"Content-Length header is required"}""", error.GetRawText());
        Assert.Equal(200, (await RawHttp.Send(registry.Url, $"PUT {target} HTTP/1.1\r\nContent-Length: 0")).Status);
    }

    [Theory(DisplayName = "The size limit is exact, with a length and while streaming; a refused upload leaves the old object and nothing else")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TooLarge(bool chunked)
    {
        var folder = Guid.NewGuid();
        var content = new byte[Limit + 1];
        Assert.Equal(HttpStatusCode.OK, (await Put(Link("PUT", folder, "x"), content[..Limit], chunked: chunked)).StatusCode);

        var answer = await Answer.Of(await Put(Link("PUT", folder, "x"), content, chunked: chunked));

        Assert.Equal(413, answer.Status);
        Assert.Equal(
            """{"type":"request_too_large","message":"Request body is too large.","invalid":[{"entry_type":"request","rules":[{"rule":"size"}]}]}""",
            answer.Json.GetProperty("error").GetRawText());
        Assert.Equal(Limit, (await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct)).Length);
        Assert.Empty(Unfinished(folder));
    }

    [Theory(DisplayName = "An upload that is aborted or incomplete leaves the old object and nothing else")]
    [InlineData("Content-Length: 2000000\r\n\r\n", false)]
    [InlineData("Content-Length: 2000000\r\n\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n100000\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7a120\r\n", true)]
    public async Task Interrupted(string beginning, bool isEndedCleanly)
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1, 2, 3]);

        await RawHttp.Abandon(
            registry.Url,
            $"PUT {new Uri(Link("PUT", folder, "x")).PathAndQuery} HTTP/1.1\r\nHost: {registry.Url.Authority}\r\n{beginning}{new string('x', 500_000)}", isEndedCleanly);

        for (var i = 0; i < 100 && Unfinished(folder).Length > 0; i++)
            await Task.Delay(20, Ct);
        Assert.Empty(Unfinished(folder));
        Assert.Equal([1, 2, 3], await registry.Http.GetByteArrayAsync(Link("GET", folder, "x"), Ct));
    }

    [Fact(DisplayName = "No name in a request becomes a file name, whether the link was valid or not")]
    public async Task FileNames()
    {
        foreach (var name in Names)
        {
            var link = Link("PUT", Guid.NewGuid(), name.Data);
            Assert.Equal(HttpStatusCode.OK, (await Put(link, [1])).StatusCode);
            foreach (var climbing in new[] { "..%2F..%2Fetc", "%2e%2e/%2e%2e/x", "../../../x", "..\\x", "%00", "con%0A" })
                await RawHttp.Send(
                    registry.Url,
                    $"PUT {new Uri(link).PathAndQuery.Replace(PercentEncoding.Encode(name.Data) + "?", climbing + "?", StringComparison.Ordinal)} HTTP/1.1\r\nContent-Length: 1", "x");
        }

        var root = System.IO.Path.Combine(registry.DataDirectory, "objects");
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(root, file))
            .Where(file => !file.StartsWith(".locks/", StringComparison.Ordinal)).ToList();
        Assert.True(files.Count >= 2 * Names.Count);
        const string folder = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
        Assert.All(
            files, file =>
            Assert.Matches(
                $@"^(ambulatory_contracts-dev/([0-9a-f]{{2}})/(?=\2){folder}/[0-9a-f]{{64}}(\.[0-9a-f]{{16}}\.json)?"
                + $@"|\.versions/ambulatory_contracts-dev/{folder}/[0-9a-f]{{64}}\.[0-9a-f]{{16}}(\.json)?)$",
                file));
    }

    [Theory(DisplayName = "A single range is served alone")]
    [InlineData("bytes=0-0", 206, "0", "bytes 0-0/10")]
    [InlineData("bytes=2-5", 206, "2345", "bytes 2-5/10")]
    [InlineData("bytes=2-", 206, "23456789", "bytes 2-9/10")]
    [InlineData("bytes=0-", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-99999999999999999999", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=10-", 416, null, "bytes */10")]
    [InlineData("bytes=-0", 416, null, "bytes */10")]
    [InlineData("bytes=5-2", 416, null, "bytes */10")]
    [InlineData("bytes=x", 416, null, "bytes */10")]
    [InlineData("bytes=", 416, null, "bytes */10")]
    [InlineData("bytes=-", 416, null, "bytes */10")]
    [InlineData("bytes=1-x", 416, null, "bytes */10")]
    [InlineData("bytes=0-1,3-4", 200, "0123456789", null)]
    [InlineData("lines=0-1", 200, "0123456789", null)]
    public async Task Range(string range, int status, string? body, string? contentRange)
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), Encoding.UTF8.GetBytes("0123456789"));

        var answer = await Send("GET", Link("GET", folder, "x"), ("Range", range));

        Assert.Equal(contentRange, answer.ContentHeaders.TryGetValues("Content-Range", out var values) ? values.Single() : null);
        if (status == 416)
            answer.IsIlRefusal(416, "range_not_satisfiable", "Requested range is not satisfiable");
        else
            Assert.Equal((status, body), (answer.Status, answer.Text));
    }

    [Theory(DisplayName = "A range is served only while the content is the one that If-Range names")]
    [InlineData("\"781e5e245d69b566979b86e28d23f2c7\"", 206)]
    [InlineData("\"00000000000000000000000000000000\"", 200)]
    [InlineData("Mon, 02 Mar 2026 10:00:00 GMT", 200)]
    public async Task IfRange(string condition, int status)
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), Encoding.UTF8.GetBytes("0123456789"));

        Assert.Equal(status, (await Send("GET", Link("GET", folder, "x"), ("Range", "bytes=0-1"), ("If-Range", condition))).Status);
    }

    [Fact(DisplayName = "No line of the log holds a signature")]
    public async Task Log()
    {
        var link = Link("PUT", Guid.NewGuid(), "x");
        await Put(link, [1]);
        await Send("GET", link);

        var signature = HttpUtility.ParseQueryString(new Uri(link).Query)["X-Signature"]!;
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(signature, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A restart keeps objects and the sandbox's key, so links go on working")]
    public async Task Restart()
    {
        var folder = Guid.NewGuid();
        await Put(Link("PUT", folder, "x"), [1, 2]);
        var target = new Uri(Link("GET", folder, "x")).PathAndQuery;

        await registry.StopServer();
        await registry.StartServer();

        Assert.Equal([1, 2], await registry.Http.GetByteArrayAsync(new Uri(registry.Url, target), Ct));
    }

    private static string Flip(string text, int at) => text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..];

    [SuppressMessage("Security", "CA5351", Justification = "ETags are MD5.")]
    private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));

    private string[] Unfinished(Guid folder)
    {
        var text = folder.ToString();
        return Directory.GetFiles(
            System.IO.Path.Combine(registry.DataDirectory, "objects", "ambulatory_contracts-dev", text[..2], text), ".*");
    }

    /// <summary>A link as returned by the method.</summary>
    private async Task<string> Issued(string action, Guid folder, string name)
    {
        var body = JsonSerializer.Serialize(new { action, resource_id = folder, resource_name = name });
        return (await registry.Send("POST", Path, await registry.Given.Nhs(), body)).Succeeded().Data.GetProperty("url").GetString()!;
    }

    /// <summary>A link issued some time ago by the server's own signer.</summary>
    private string Link(string verb, Guid folder, string name, TimeSpan age = default) =>
        registry.Services.GetRequiredService<ILinkSigner>().Sign(new LinkGrant(verb, registry.Settings.Buckets.AmbulatoryContracts,
            ObjectKey.Named(folder, ObjectName.FromLink(PercentEncoding.Encode(name))!), registry.Clock.GetUtcNow() - age,
            TimeSpan.FromSeconds(600)),
            registry.Url.GetLeftPart(UriPartial.Authority));

    private async Task<Answer> Send(string verb, string link, params (string Name, string Value)[] headers) =>
        await registry.Send(verb, link, headers: headers);

    private async Task<HttpResponseMessage> Put(string link, byte[] content, string? type = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, link) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        return await registry.Http.SendAsync(request, Ct);
    }

    /// <summary>A registry that accepts only small uploads.</summary>
    public sealed class SmallObjects(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["MEDIA_STORAGE_MAX_OBJECT_BYTES"] = $"{Limit}" };

        protected override LogLevel MinimumLevel => LogLevel.Trace;
    }
}
