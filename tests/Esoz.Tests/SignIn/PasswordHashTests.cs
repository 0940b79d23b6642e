using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Esoz.SignIn;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.SignIn;

/// <summary>Hashes of passwords (sign-in §13).</summary>
public sealed class PasswordHashTests
{
    [Fact(DisplayName = "A hash has algorithm, parameters and salt beside it, is another one each time, and matches its password only")]
    public void Own()
    {
        var hash = PasswordHash.Of("Пароль-Пароль-1");

        Assert.Matches(@"^\$pbkdf2-sha512\$i=210000,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", hash);
        Assert.NotEqual(hash, PasswordHash.Of("Пароль-Пароль-1"));
        Assert.True(PasswordHash.Matches("Пароль-Пароль-1", hash));
        Assert.False(PasswordHash.Matches("Пароль-Пароль-2", hash));
        Assert.False(PasswordHash.IsOutdated(hash));
    }

    [Fact(DisplayName = "It is what the algorithm gives: recomputed from its own parts")]
    public void Recomputed()
    {
        var parts = PasswordHash.Of("Пароль").Split('$');

        var hash = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes("Пароль"), Convert.FromBase64String(parts[3] + "=="), 210_000, HashAlgorithmName.SHA512, 32);

        Assert.Equal(parts[4], Convert.ToBase64String(hash).TrimEnd('='));
    }

    [Theory(DisplayName = "Hashes of other programs are compared and are outdated: bcrypt by its test vectors, pbkdf2 with other parameters")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", true)]
    [InlineData("пароль", "$pbkdf2-sha512$i=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", false)]
    public void Others(string password, string hash, bool isRight)
    {
        Assert.Equal(isRight, PasswordHash.Matches(password, hash));
        Assert.True(PasswordHash.IsOutdated(hash));
    }

    [Theory(DisplayName = "A hash of another form is a fault")]
    [InlineData("")]
    [InlineData("password")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA")]
    public void Unknown(string hash) => Assert.Throws<FormatException>(() => PasswordHash.Matches("password", hash));

    [Theory(DisplayName = "Letters and marks are one character, as NFC has them")]
    [InlineData("и\u0306і\u0308И\u0306І\u0308", "йїЙЇ")]
    [InlineData("e\u0301n\u0303", "éñ")]
    [InlineData("\u0306йq\u0306", "\u0306йq\u0306")]
    public void Normal(string typed, string hashed) => Assert.True(PasswordHash.Matches(typed, PasswordHash.Of(hashed)));

    [Fact(DisplayName = "Whoever waits for a turn in vain is told so; the turns are not lost")]
    public async Task Busy()
    {
        var ct = TestContext.Current.CancellationToken;
        using var hashing = new PasswordHashing(NullLogger<PasswordHashing>.Instance, parallel: 1, patience: TimeSpan.Zero);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => hashing.Hash("Пароль", ct)));

        Assert.Single(answers, answer => answer is not null);
        Assert.True(await hashing.Matches("Пароль", answers.Single(answer => answer is not null), ct));
        Assert.False(await hashing.Matches("Пароль", null, ct));
        Assert.False(await hashing.Matches("Пароль", "of no form", ct));
    }

    [Fact(DisplayName = "A hash takes its time: printed, not asserted")]
    public void Time()
    {
        var times = Enumerable.Range(0, 11).Select(_ =>
        {
            var clock = Stopwatch.StartNew();
            PasswordHash.Of("Пароль-Пароль-1");
            return clock.Elapsed.TotalMilliseconds;
        }).Order().ToList();

        TestContext.Current.TestOutputHelper!.WriteLine($"median {times[5]:F1} ms, {times[0]:F1} to {times[^1]:F1}");
        Assert.Equal(11, times.Count);
    }
}
