using Esoz.Platform.Configuration;

namespace Esoz.Tests.Platform.Configuration;

/// <summary>What was typed to satisfy a minimum length is no key.</summary>
public sealed class KeyStrengthTests
{
    [Theory(DisplayName = "A key that repeats a word or few characters is weak")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abababababababababababababababababababababababababab")]
    [InlineData("changemechangemechangemechangemechange")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("")]
    public void Weak(string key) => Assert.True(KeyStrength.IsWeak(key));

    [Theory(DisplayName = "A random key in any spelling, and a long sentence, are not")]
    [InlineData("5b0e7d1f9a3c48e6b2f4d07c81a95e3360fd2b7a94ce1865d3702bf8496eac1d")]
    [InlineData("5b0e7d1f9a3c48e6b2f4d07c81a95e33")]
    [InlineData("q7Jw0ZkS3mT9xVbL2pYhRfUaD8eNcG5i6oKtXyW1z4E=")]
    [InlineData("correct horse battery staple and a paper clip")]
    public void Strong(string key) => Assert.False(KeyStrength.IsWeak(key));
}
